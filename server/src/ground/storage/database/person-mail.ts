import { writeRecipients } from '#ground/platform/recipient-list.ts'
import type { ErasedAddress, Tenants } from '#services/person/person-store.ts'
import { naming, ofTenants } from './person-places.ts'
import { forgetRefused } from './refused-people.ts'
import type { Statements } from './statements.ts'
import { isWhole } from './whole-address.ts'

const settled = "state IN ('delivered', 'returned', 'discarded', 'sealed')"
/** A message that nobody waits for any more. */
const allSettled = `NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = messages.id AND NOT ${settled.replace('state', 'd.state')})`

/** A text without a person's addresses, however they are written. */
export function nameless(text: string, addresses: readonly ErasedAddress[]): string {
  let out = text
  for (const { address, pseudonym } of addresses) {
    const lower = out.toLowerCase()
    let at = lower.indexOf(address)
    if (at < 0) continue
    const parts: string[] = []
    const place = placesBehind(out, lower)
    let from = 0
    for (; at >= 0; at = lower.indexOf(address, from)) {
      const end = at + address.length
      // A part of a longer address is somebody else's.
      const found = isWhole(lower, at, address) ? pseudonym : out.slice(place(at), place(end))
      parts.push(out.slice(place(from), place(at)), found)
      from = end
    }
    out = [...parts, out.slice(place(from))].join('')
  }
  return out
}

/** Where a place in the lower case of a text is in the text: the lower case of some letters (İ) is longer than they are. */
function placesBehind(text: string, lower: string): (at: number) => number {
  if (lower.length === text.length) return (at) => at
  const places = new Uint32Array(lower.length + 1)
  let [at, behind] = [0, 0]
  for (const letter of text) {
    const end = at + letter.toLowerCase().length
    places.fill(behind, at, end)
    at = end
    behind += letter.length
  }
  places[lower.length] = text.length
  return (place) => places[place] ?? text.length
}

/** Makes settled mail to and from a person nameless; answers how many records it changed. */
export function eraseMail(
  statements: Statements,
  addresses: readonly ErasedAddress[],
  limit: number,
  tenants: Tenants,
): number {
  let done = 0
  for (const each of addresses) {
    done += eraseReceived(statements, each, addresses, limit, tenants)
    done += eraseSent(statements, each, addresses, limit, tenants)
    done += eraseRefusals(statements, each, addresses, limit, tenants)
  }
  return done
}

function eraseReceived(
  statements: Statements,
  { address, pseudonym }: ErasedAddress,
  all: readonly ErasedAddress[],
  limit: number,
  tenants: Tenants,
): number {
  const { sql, values } = naming('rcpt_to', [address])
  const within = ofTenants('deliveries', tenants)
  const found = statements.all<{ id: string; n: number; last: string | null; terms: string | null }>(
    `SELECT message_id AS id, n, last_attempt AS last, terms FROM deliveries WHERE ${sql} AND ${settled} AND ${within.sql} LIMIT ${limit}`,
    ...values,
    ...within.values,
  )
  for (const { id, n, last, terms } of found) {
    statements.run(
      'UPDATE deliveries SET rcpt_to = ?, dsn = NULL, last_attempt = ?, terms = ? WHERE message_id = ? AND n = ?',
      pseudonym,
      last && nameless(last, all),
      terms && nameless(terms, all),
      id,
      n,
    )
    cleanMessage(statements, id, all)
  }
  return found.length
}

/**
 * The sender's name stays while an answer to him may still be owed: until nothing of the message is open. Who acts for
 * some tenants leaves mail alone that others got too: it is in their ledger.
 */
function eraseSent(
  statements: Statements,
  { address, pseudonym }: ErasedAddress,
  all: readonly ErasedAddress[],
  limit: number,
  tenants: Tenants,
): number {
  const { sql, values } = naming('mail_from', [address])
  const ofOthers =
    tenants === null
      ? '0'
      : 'EXISTS (SELECT 1 FROM deliveries t WHERE t.message_id = messages.id AND t.tenant NOT IN (SELECT value FROM json_each(?)))'
  const found = statements.all<{ id: string }>(
    `SELECT id FROM messages WHERE ${sql} AND ${allSettled} AND NOT ${ofOthers} LIMIT ${limit}`,
    ...values,
    ...(tenants === null ? [] : [JSON.stringify(tenants)]),
  )
  for (const { id } of found) {
    statements.run(
      "UPDATE messages SET mail_from = ?, header_from = ?, subject = '', header_message_id = '' WHERE id = ?",
      pseudonym,
      pseudonym,
      id,
    )
    cleanMessage(statements, id, all)
  }
  return found.length
}

/**
 * What is told of a message loses the addresses, and what we wrote into its header where nobody waits for it any more;
 * the subject goes when nobody else got it.
 */
function cleanMessage(statements: Statements, id: string, all: readonly ErasedAddress[]): void {
  const message = statements.get<{ explanation: string; parameters: string; edits: string }>(
    'SELECT explanation, parameters, edits FROM messages WHERE id = ?',
    id,
  )
  if (message)
    statements.run(
      `UPDATE messages SET explanation = ?, parameters = ?, edits = iif(${allSettled}, ?4, edits),
         subject = iif(EXISTS (SELECT 1 FROM deliveries WHERE message_id = ?3 AND rcpt_to NOT LIKE 'erased-%'), subject, '')
       WHERE id = ?3`,
      nameless(message.explanation, all) || '{}',
      nameless(message.parameters, all) || '{}',
      id,
      nameless(message.edits, all),
    )
  const events = statements.all<{ seq: number; detail: string }>(
    'SELECT seq, detail FROM events WHERE message_id = ? AND detail IS NOT NULL',
    id,
  )
  for (const { seq, detail } of events) {
    const cleaned = nameless(detail, all)
    if (cleaned !== detail)
      statements.run('UPDATE events SET detail = ? WHERE seq = ?', cleaned === '' ? null : cleaned, seq)
  }
}

function eraseRefusals(
  statements: Statements,
  { address }: ErasedAddress,
  all: readonly ErasedAddress[],
  limit: number,
  tenants: Tenants,
): number {
  const within = ofTenants('refusals', tenants)
  const [to, from] = [naming('rcpt_to', [address]), naming('mail_from', [address])]
  const several = "instr(rcpt_to, ',') > 0 AND instr(',' || lower(replace(rcpt_to, ' ', '')) || ',', ?) > 0"
  const found = statements.all<{
    id: string
    at: number
    mailFrom: string
    rcptTo: string
    text: string
    detail: string | null
  }>(
    `SELECT id, at, mail_from AS mailFrom, rcpt_to AS rcptTo, text, detail FROM refusals
     WHERE (${to.sql} OR ${from.sql} OR (${several})) AND ${within.sql} LIMIT ${limit}`,
    ...to.values,
    ...from.values,
    `,${address},`,
    ...within.values,
  )
  for (const { id, at, mailFrom, rcptTo, text, detail } of found) {
    // What names several of hers is found once: the next of them is not in it any more.
    for (const each of all) forgetRefused(statements, at, each.address, id)
    statements.run(
      "UPDATE refusals SET mail_from = ?, rcpt_to = ?, text = ?, detail = ?, subject = '', header_message_id = '' WHERE id = ?",
      withoutTags(mailFrom, all),
      // Some were written without the space.
      writeRecipients(rcptTo.split(',').map((each) => withoutTags(each.trim(), all))),
      nameless(text, all),
      detail && nameless(detail, all),
      id,
    )
  }
  return found.length
}

/** The pseudonym of an address of his, with a tag or without; any other stays. */
function withoutTags(text: string, all: readonly ErasedAddress[]): string {
  const lower = text.toLowerCase()
  const at = lower.lastIndexOf('@')
  const plain = `${lower.slice(0, at).split('+')[0]}${lower.slice(at)}`
  return all.find(({ address }) => address === lower || address === plain)?.pseudonym ?? text
}
