import type { Direction } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import { readRecipientList } from '#ground/platform/recipient-list.ts'
import type { MailLine } from '#services/search/search-store.ts'
import type { Statements } from '../database/statements.ts'
import { readHeldRules, rulesOfAny, rulesOfDelivery } from './held-rules.ts'

/** What is known of one delivery, or of what was refused, from the ledger itself. */
export interface MailFacts extends Omit<MailLine, 'place' | 'reason' | 'reply'> {
  readonly findings: readonly string[]
  /** Ids of the rules that held for this recipient; of a refusal, for one of its recipients. */
  readonly rules: readonly string[]
  /** Version of the set of definitions that judged it; empty: none did. */
  readonly definitions: string
  /** That of the state now, then those of what happened to it. */
  readonly reasons: readonly string[]
  readonly kinds: readonly string[]
  readonly replies: readonly string[]
  /** What those replies meant. */
  readonly classes: readonly string[]
}

interface MessageRow {
  readonly id: string
  readonly node: string
  readonly direction: Direction
  readonly mail_from: string
  readonly client: string
  readonly size: number
  readonly received_at: number
  readonly subject: string
  readonly header_from: string
  readonly verdict: string | null
  readonly score: number | null
  readonly codes: string | null
  readonly definitions: string | null
  readonly rules_beside: string | null
  readonly kept: number
}

interface DeliveryRow {
  readonly n: number
  readonly rcpt_to: string
  readonly tenant: string
  readonly state: DeliveryState
  readonly reason: string
  readonly attempts: number
  readonly due_at: number | null
  readonly added_by: string | null
  readonly added_of: string | null
  readonly last_reply: string | null
}

/** Most events of a message that are looked at: one that is tried for days has hundreds. */
const mostEvents = 2000
const mostReplies = 8
const mostFindings = 50

/** What the other side has said, with its code; empty: nothing. */
function replyOf(column: string): string {
  return `ifnull(iif(ifnull(${column} ->> '$.code', 0) > 0 AND ${column} ->> '$.reply' NOT GLOB '[2-5][0-9][0-9][ -]*', ${column} ->> '$.code' || ' ', '') || (${column} ->> '$.reply'), '')`
}

/** What is read of a message: all of it, or without what it was judged by (findings, rules, definitions), which takes as long again. */
export type FactsRead = 'all' | 'unjudged'

const judgedBy: Readonly<Record<FactsRead, string>> = {
  all: `(SELECT json_group_array(DISTINCT f.value ->> '$.code') FROM json_each(explanation, '$.findings') f) AS codes,
    explanation ->> '$.facts.definitions.version' AS definitions, explanation -> '$.rulesBeside' AS rules_beside`,
  unjudged: 'NULL AS codes, NULL AS definitions, NULL AS rules_beside',
}

/** Facts of the deliveries of a message; `only`: of these recipients. Empty: there is no such message any more. */
export function readMessageFacts(
  statements: Statements,
  messageId: string,
  only: ReadonlySet<number> | null,
  read: FactsRead = 'all',
): MailFacts[] {
  const message = statements.get<MessageRow>(
    `SELECT id, node, direction, mail_from, client, size, received_at, subject, header_from,
       explanation ->> '$.verdict' AS verdict, explanation ->> '$.score' AS score, ${judgedBy[read]},
       EXISTS (SELECT 1 FROM bodies b WHERE b.message_id = messages.id) AS kept
     FROM messages WHERE id = ?`,
    messageId,
  )
  if (!message) return []
  const rows = readDeliveries(statements, messageId, only)
  const told = readEvents(statements, messageId)
  const { ip } = readClient(message.client)
  const findings = readList(message.codes)
  const held = readHeldRules(statements, 'messages', messageId, findings, message.rules_beside)
  return rows.map((row) => {
    const events = [...(told.get(row.n) ?? []), ...(told.get(null) ?? [])]
    const replies = events.map((each) => each.reply).filter((each) => each !== '')
    return {
      kind: 'delivery' as const,
      messageId,
      n: row.n,
      at: message.received_at,
      node: message.node,
      tenant: row.tenant,
      direction: message.direction,
      mailFrom: message.mail_from,
      headerFrom: message.header_from,
      rcptTo: row.rcpt_to,
      subject: message.subject,
      size: message.size,
      verdict: message.verdict ?? '',
      score: message.score,
      findings,
      rules: rulesOfDelivery(row, held),
      definitions: message.definitions ?? '',
      ip,
      state: row.state,
      reasons: [...new Set([row.reason, ...events.map((each) => each.reason)])],
      kinds: [...new Set(events.map((each) => each.kind))],
      replies: [...new Set([row.last_reply ?? '', ...replies].filter((each) => each !== ''))].slice(
        0,
        mostReplies,
      ),
      classes: [...new Set(events.flatMap((each) => (each.class ? [each.class] : [])))],
      attempts: row.attempts,
      dueAt: row.due_at,
      contentKept: message.kept === 1,
    }
  })
}

function readDeliveries(
  statements: Statements,
  messageId: string,
  only: ReadonlySet<number> | null,
): DeliveryRow[] {
  const columns = `n, rcpt_to, tenant, state, reason, attempts, due_at, terms ->> '$.added.rule' AS added_by, terms ->> '$.added.of' AS added_of, ${replyOf('last_attempt')} AS last_reply`
  if (only === null)
    return statements.all(`SELECT ${columns} FROM deliveries WHERE message_id = ? ORDER BY n`, messageId)
  return [...only].flatMap((n) =>
    statements.all<DeliveryRow>(
      `SELECT ${columns} FROM deliveries WHERE message_id = ? AND n = ?`,
      messageId,
      n,
    ),
  )
}

/** All recipients of a message of which one is known, without what happened to it. */
export function readRecipients(
  statements: Statements,
  { messageId, direction, mailFrom }: Pick<MailFacts, 'messageId' | 'direction' | 'mailFrom'>,
): RecipientFacts[] {
  return statements
    .all<Pick<RecipientFacts, 'rcptTo' | 'tenant' | 'state'>>(
      'SELECT rcpt_to AS rcptTo, tenant, state FROM deliveries WHERE message_id = ? ORDER BY n',
      messageId,
    )
    .map((each) => ({ ...each, direction, mailFrom }))
}

/** The part of MailFacts that says whose a delivery is, and how it is. */
export type RecipientFacts = Pick<MailFacts, 'direction' | 'mailFrom' | 'rcptTo' | 'tenant' | 'state'>

interface Told {
  readonly n: number | null
  readonly kind: string
  readonly reason: string
  readonly reply: string
  readonly class: string | null
}

function readEvents(statements: Statements, messageId: string): Map<number | null, Told[]> {
  const told = new Map<number | null, Told[]>()
  const rows = statements.all<Told>(
    `SELECT n, kind, reason, ${replyOf('detail')} AS reply, detail ->> '$.class' AS class FROM events WHERE message_id = ? ORDER BY seq LIMIT ${mostEvents}`,
    messageId,
  )
  for (const row of rows) {
    const same = told.get(row.n)
    if (same) same.push(row)
    else told.set(row.n, [row])
  }
  return told
}

interface RefusalRow {
  readonly at: number
  readonly node: string
  readonly tenant: string
  readonly client: string
  readonly mail_from: string
  readonly rcpt_to: string
  readonly code: number
  readonly enhanced: string
  readonly reason: string
  readonly text: string
  readonly subject: string
  readonly codes: string | null
  readonly verdict: string | null
  readonly definitions: string | null
}

/** What was refused in the dialogue; null: there is none of this id any more. */
export function readRefusalFacts(statements: Statements, id: string): MailFacts | null {
  const row = statements.get<RefusalRow>(
    `SELECT at, node, tenant, client, mail_from, rcpt_to, code, enhanced, reason, text, subject,
       (SELECT json_group_array(DISTINCT f.value ->> '$.code') FROM json_each(detail, '$.findings') f) AS codes,
       detail ->> '$.verdict' AS verdict, detail ->> '$.facts.definitions.version' AS definitions
     FROM refusals WHERE id = ?`,
    id,
  )
  if (!row) return null
  const findings = readList(row.codes)
  const held = readHeldRules(statements, 'refusals', id, findings, null)
  return {
    kind: 'refusal',
    messageId: id,
    n: null,
    at: row.at,
    node: row.node,
    tenant: row.tenant,
    direction: 'inbound',
    mailFrom: row.mail_from,
    headerFrom: '',
    rcptTo: row.rcpt_to,
    subject: row.subject,
    size: 0,
    verdict: row.verdict ?? '',
    score: null,
    findings,
    rules: rulesOfAny(readRecipientList(row.rcpt_to), held),
    definitions: row.definitions ?? '',
    ip: readClient(row.client).ip,
    state: 'refused',
    reasons: [row.reason],
    kinds: ['refused'],
    replies: [`${row.code} ${row.enhanced} ${row.text}`],
    classes: [],
    attempts: 0,
    dueAt: null,
    contentKept: false,
  }
}

function readList(text: string | null): string[] {
  return text === null
    ? []
    : (JSON.parse(text) as unknown[]).filter((each) => typeof each === 'string').slice(0, mostFindings)
}

function readClient(text: string): { ip: string } {
  const { ip = '' } = JSON.parse(text) as { ip?: string }
  return { ip }
}
