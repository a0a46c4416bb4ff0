import type { Direction } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { Reach, TraceLine, TraceQuery } from '#services/ledger/ledger-store.ts'
import { findRefusals } from './refusal-query.ts'
import type { Statements } from './statements.ts'
import {
  byHeaderId,
  type Condition,
  deliveryWithin,
  type End,
  given,
  join,
  sharedConditions,
} from './trace-conditions.ts'

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
  const visible = query.within ? deliveryWithin(query.within) : all
  return rows.map((row) => {
    const deliveries = statements.all<{ rcpt_to: string; state: DeliveryState; reason: string }>(
      `SELECT d.rcpt_to, d.state, d.reason FROM deliveries d JOIN messages s ON s.id = d.message_id
       WHERE d.message_id = ? AND ${visible.sql} ORDER BY d.n LIMIT 1000`,
      row.id,
      ...visible.values,
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

/** What everybody may see who sees all. */
const all: Condition = { sql: '1', values: [] }

const isMail: Condition = {
  sql: `NOT EXISTS (SELECT 1 FROM deliveries p WHERE p.message_id = m.id AND p.n = 0 AND p.tenant = '${probeTenant}')`,
  values: [],
}

const bySender = 'm.mail_from = ? COLLATE NOCASE'

function messageConditions(query: TraceQuery, end: End): Condition[] {
  const { within } = query
  const byRecipient = (address: string) =>
    byDelivery({ sql: 'd.rcpt_to = ? COLLATE NOCASE', values: [address] }, within)
  return [
    ...given(query.id, (id) => ({ sql: 'm.id = ?', values: [id] })),
    ...given(query.address, (address) =>
      end === 'sender' ? { sql: bySender, values: [address] } : byRecipient(address),
    ),
    ...given(query.sender, (sender) => ({ sql: bySender, values: [sender] })),
    ...given(query.recipient, byRecipient),
    ...given(query.headerMessageId, byHeaderId),
    ...given(query.tenant, (tenant) => byOneOf({ sql: 'd.tenant = ?', values: [tenant] }, within)),
    ...given(within, (reach) => byOneOf(deliveryWithin(reach))),
    ...given(query.state, (state) => byState(state, within)),
    ...sharedConditions(query, 'm.received_at'),
    // Messages of our own are found by their id alone.
    ...(query.id === undefined ? [isMail] : []),
  ]
}

/** Messages that an index of deliveries leads to; one that is out of reach leads nowhere. */
function byDelivery({ sql, values }: Condition, within: Reach | undefined): Condition {
  if (!within) return { sql: `m.id IN (SELECT d.message_id FROM deliveries d WHERE ${sql})`, values }
  const visible = deliveryWithin(within)
  return {
    sql: `m.id IN (SELECT d.message_id FROM deliveries d JOIN messages s ON s.id = d.message_id WHERE ${sql} AND ${visible.sql})`,
    values: [...values, ...visible.values],
  }
}

/** Messages of which one delivery in reach is so: asked message by message, in the order of the list. */
function byOneOf({ sql, values }: Condition, within?: Reach): Condition {
  const visible = within ? deliveryWithin(within) : all
  return {
    sql: `EXISTS (SELECT 1 FROM deliveries d JOIN messages s ON s.id = d.message_id WHERE d.message_id = m.id AND ${sql} AND ${visible.sql})`,
    values: [...values, ...visible.values],
  }
}

/** Mail that is still to be looked after has indexes of its own; of settled mail most is in the state that is asked for. */
const openStates = {
  waiting: "d.state = 'waiting'",
  held: "d.state IN ('quarantined', 'held') AND d.state = 'held'",
  quarantined: "d.state IN ('quarantined', 'held') AND d.state = 'quarantined'",
} as const

function byState(state: NonNullable<TraceQuery['state']>, within: Reach | undefined): Condition {
  if (state === 'waiting' || state === 'held' || state === 'quarantined')
    return byDelivery({ sql: openStates[state], values: [] }, within)
  return byOneOf({ sql: 'd.state = ?', values: [state] }, within)
}
