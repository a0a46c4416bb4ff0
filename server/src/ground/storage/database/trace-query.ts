import type { Direction } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { TraceLine, TraceQuery } from '#services/ledger/ledger-store.ts'
import { findRefusals } from './refusal-query.ts'
import type { Statements } from './statements.ts'
import { byHeaderId, type Condition, type End, given, join, sharedConditions } from './trace-conditions.ts'

/** Lines for a question, newest first: messages, and what was refused in the dialogue. */
export function findTraces(statements: Statements, query: TraceQuery): TraceLine[] {
  const ends: readonly End[] = query.address === undefined ? ['sender'] : ['sender', 'recipient']
  const lines = ends.flatMap((end) => [
    ...(query.state === 'refused' ? [] : findMessages(statements, query, end)),
    ...(query.state === undefined || query.state === 'refused' ? findRefusals(statements, query, end) : []),
  ])
  const once = [...new Map(lines.map((line) => [line.id, line])).values()]
  return once.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, query.limit)
}

function findMessages(statements: Statements, query: TraceQuery, end: End): TraceLine[] {
  const where = messageConditions(query, end)
  const rows = statements.all<{
    id: string
    received_at: number
    direction: Direction
    mail_from: string
    subject: string
    size: number
  }>(
    `SELECT id, received_at, direction, mail_from, subject, size FROM messages m WHERE ${join(where)} ORDER BY id DESC LIMIT ?`,
    ...where.flatMap((each) => each.values),
    query.limit,
  )
  return rows.map((row) => {
    const deliveries = statements.all<{ rcpt_to: string; state: DeliveryState; reason: string }>(
      'SELECT rcpt_to, state, reason FROM deliveries WHERE message_id = ? ORDER BY n LIMIT 1000',
      row.id,
    )
    return {
      kind: 'message',
      id: row.id,
      at: row.received_at,
      direction: row.direction,
      mailFrom: row.mail_from,
      rcptTo: deliveries.map((each) => each.rcpt_to),
      subject: row.subject,
      size: row.size,
      states: [...new Set(deliveries.map((each) => each.state))],
      reason: deliveries[0]?.reason ?? '',
    }
  })
}

const bySender = 'm.mail_from = ? COLLATE NOCASE'
const byRecipient = 'm.id IN (SELECT message_id FROM deliveries WHERE rcpt_to = ? COLLATE NOCASE)'

function messageConditions(query: TraceQuery, end: End): Condition[] {
  return [
    ...given(query.id, (id) => ({ sql: 'm.id = ?', values: [id] })),
    ...given(query.address, (address) => ({
      sql: end === 'sender' ? bySender : byRecipient,
      values: [address],
    })),
    ...given(query.sender, (sender) => ({ sql: bySender, values: [sender] })),
    ...given(query.recipient, (recipient) => ({ sql: byRecipient, values: [recipient] })),
    ...given(query.headerMessageId, byHeaderId),
    ...given(query.tenant, (tenant) => ({
      sql: 'EXISTS (SELECT 1 FROM deliveries t WHERE t.message_id = m.id AND t.tenant = ?)',
      values: [tenant],
    })),
    ...given(query.state, byState),
    ...sharedConditions(query, 'm.received_at'),
  ]
}

/** Mail that is still to be looked after has indexes of its own; of settled mail most is in the state that is asked for. */
const openStates = {
  waiting: "state = 'waiting'",
  held: "state IN ('quarantined', 'held') AND state = 'held'",
  quarantined: "state IN ('quarantined', 'held') AND state = 'quarantined'",
} as const

function byState(state: NonNullable<TraceQuery['state']>): Condition {
  const open = state === 'waiting' || state === 'held' || state === 'quarantined' ? openStates[state] : null
  return open === null
    ? {
        sql: 'EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.state = ?)',
        values: [state],
      }
    : { sql: `m.id IN (SELECT message_id FROM deliveries WHERE ${open})`, values: [] }
}
