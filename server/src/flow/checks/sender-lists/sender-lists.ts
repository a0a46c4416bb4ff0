import type { Finding, InspectedMessage, LastCheck } from '#flow/inspection/check.ts'
import type { ListedSender, TenantBook } from '#flow/inspection/tenant-book.ts'
import { normaliseAddress } from '#ground/mail/address.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import { fieldValue } from '#ground/mail/header.ts'

/** Every code of this check; docs/reference/findings.md says what each means. */
const senderListCodes = [
  'sender-allowed',
  'sender-blocked',
  'allow-unproven',
  'sender-lists-unavailable',
] as const

type Code = (typeof senderListCodes)[number]

/** Authors of a message that are looked up; a forged From may name thousands. */
const mostAuthors = 10

/**
 * Allow and block lists of tenants: exact addresses and exact domains, of the envelope sender and of the author.
 * An allow entry counts only for a sender who is not known to be forged and could be checked; anybody may write a
 * name that is on a list. A block entry counts always.
 */
export function createSenderLists(book: TenantBook): LastCheck {
  return {
    name: 'sender-lists',
    async run(message, found) {
      const { sender, authors } = sendersOf(message)
      const entries = [...new Set([sender, ...authors].flatMap(entriesOf))]
      if (entries.length === 0) return { findings: [] }
      const doubt = doubtOf(found)
      const recipients = [...new Set(message.arrival.rcptTo)]
      const findings: Finding[] = []
      for (const [scopes, some] of groupByScopes(recipients, book)) {
        const only = some.length === recipients.length ? {} : { only: some }
        for (const listed of book.listed(scopes, entries)) {
          if (listed.kind === 'block') findings.push({ ...blocked(listed), ...only })
          else if (authors.length > 1 && !entriesOf(sender).includes(listed.entry))
            findings.push({ ...unproven(listed, 'the message names several authors'), ...only })
          else if (doubt !== null) findings.push({ ...unproven(listed, doubt), ...only })
          else findings.push({ ...allowed(listed), ...only })
        }
      }
      return { findings }
    },
  }
}

function sendersOf({ arrival, header }: InspectedMessage): { sender: string; authors: string[] } {
  const authors = header
    .filter((each) => each.name === 'from')
    .slice(0, mostAuthors)
    .flatMap((each) => parseAddressList(fieldValue(each), mostAuthors))
    .flatMap(({ address }) => (address === null ? [] : [normaliseAddress(address).lookupKey]))
  return { sender: normaliseAddress(arrival.mailFrom).lookupKey, authors: [...new Set(authors)] }
}

/** An address and its domain. */
function entriesOf(address: string): string[] {
  const at = address.lastIndexOf('@')
  return at > 0 ? [address, address.slice(at + 1)] : []
}

/** Why the sender of a message is not proven enough to be let through; null: nothing speaks against him. */
function doubtOf(found: readonly Finding[]): string | null {
  const has = (code: string) => found.some((each) => each.code === code)
  if (has('dmarc-fail') && !has('dmarc-overridden')) return 'DMARC fails'
  if (has('spf-fail') && !has('dkim-pass')) return 'SPF fails and nobody signed it'
  if (has('dmarc-temperror') || has('authentication-unavailable')) return 'the sender could not be checked'
  return null
}

function groupByScopes(
  recipients: readonly string[],
  book: TenantBook,
): Map<readonly string[], readonly string[]> {
  const groups = new Map<string, { scopes: readonly string[]; some: string[] }>()
  for (const recipient of recipients) {
    const scopes = book.scopesOf(recipient)
    const key = scopes.join(' ')
    const group = groups.get(key) ?? { scopes, some: [] }
    group.some.push(recipient)
    groups.set(key, group)
  }
  return new Map([...groups.values()].map(({ scopes, some }) => [scopes, some]))
}

function allowed({ entry, scope }: ListedSender): Finding {
  const text = `${entry} is on the allow list of ${scope}.`
  return { ...finding('sender-allowed', text, { entry, scope }), wish: 'allow' }
}

function blocked({ entry, scope }: ListedSender): Finding {
  const text = `${entry} is on the block list of ${scope}.`
  return { ...finding('sender-blocked', text, { entry, scope }), wish: 'block' }
}

function unproven({ entry, scope }: ListedSender, why: string): Finding {
  const text = `${entry} is on the allow list of ${scope}, which does not count here: ${why}.`
  return finding('allow-unproven', text, { entry, scope, why })
}

function finding(code: Code, text: string, evidence: Readonly<Record<string, unknown>>): Finding {
  return { check: 'sender-lists', code, weight: 0, text, evidence }
}
