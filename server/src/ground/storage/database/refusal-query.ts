import type { TraceLine, TraceQuery } from '#services/ledger/ledger-store.ts'
import { isRecipientWithin, recipientsWithin } from './recipients-within.ts'
import type { Statements } from './statements.ts'
import {
  byHeaderId,
  type Condition,
  type End,
  given,
  join,
  refusalWithin,
  sharedConditions,
} from './trace-conditions.ts'

interface RefusalRow {
  readonly id: string
  readonly at: number
  readonly mail_from: string
  readonly rcpt_to: string
  readonly subject: string
  readonly reason: string
}

/** What was refused in the dialogue, newest first. */
export function findRefusals(statements: Statements, query: TraceQuery, end: End): TraceLine[] {
  const asked = query.recipient ?? (end === 'recipient' ? query.address : undefined)
  const asksRecipient = asked !== undefined && isRecipientWithin(statements, query.within, asked)
  const rows = [
    ...readRows(statements, query, conditions(query, end, isRecipient)),
    // A refused message may name several recipients in one line; one that stands among others is found too.
    ...(asksRecipient ? readRows(statements, query, conditions(query, end, isAmongRecipients)) : []),
  ]
  return rows.map((row) => ({
    kind: 'refusal',
    id: row.id,
    at: row.at,
    direction: 'inbound',
    mailFrom: row.mail_from,
    rcptTo: recipientsWithin(statements, query.within, row.rcpt_to),
    subject: row.subject,
    size: 0,
    states: ['refused'],
    reason: row.reason,
  }))
}

function readRows(statements: Statements, query: TraceQuery, where: readonly Condition[]): RefusalRow[] {
  return statements.all<RefusalRow>(
    `SELECT id, at, mail_from, rcpt_to, subject, reason FROM refusals WHERE ${join(where)} ORDER BY id DESC LIMIT ?`,
    ...where.flatMap((each) => each.values),
    query.limit,
  )
}

function conditions(
  query: TraceQuery,
  end: End,
  recipientIs: (recipient: string) => Condition,
): readonly Condition[] {
  return [
    ...given(query.address, end === 'sender' ? isSender : recipientIs),
    ...given(query.recipient, recipientIs),
    ...given(query.sender, isSender),
    ...given(query.id, (id) => ({ sql: 'id = ?', values: [id] })),
    ...given(query.headerMessageId, byHeaderId),
    ...given(query.tenant, (tenant) => ({ sql: 'tenant = ?', values: [tenant] })),
    ...given(query.within, refusalWithin),
    ...sharedConditions(query, 'at'),
  ]
}

function isSender(address: string): Condition {
  return { sql: 'mail_from = ? COLLATE NOCASE', values: [address] }
}

function isRecipient(address: string): Condition {
  return { sql: 'rcpt_to = ? COLLATE NOCASE', values: [address] }
}

function isAmongRecipients(address: string): Condition {
  return {
    sql: "instr(rcpt_to, ',') > 0 AND instr(', ' || lower(rcpt_to) || ', ', ', ' || lower(?) || ', ') > 0",
    values: [address],
  }
}
