import type { SQLInputValue } from 'node:sqlite'
import type { Direction } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import { firstIdAt } from '#ground/platform/ids.ts'
import type { TraceLine, TraceQuery } from '#services/ledger/ledger-store.ts'
import type { Statements } from './statements.ts'

/** Longest time between the id of a message and its acceptance, in milliseconds. */
const longestSession = 3 * 3_600_000

interface Condition {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

/** Lines for a question, newest first: messages, and what was refused in the dialogue. */
export function findTraces(statements: Statements, query: TraceQuery): TraceLine[] {
  const lines = [...findMessages(statements, query), ...findRefusals(statements, query)]
  return lines.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, query.limit)
}

function findMessages(statements: Statements, query: TraceQuery): TraceLine[] {
  const where = messageConditions(query)
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

function messageConditions(query: TraceQuery): Condition[] {
  const byRecipient = 'm.id IN (SELECT message_id FROM deliveries WHERE rcpt_to = ? COLLATE NOCASE)'
  return [
    ...given(query.id, (id) => ({ sql: 'm.id = ?', values: [id] })),
    ...given(query.address, (address) => ({
      sql: `(m.mail_from = ? COLLATE NOCASE OR ${byRecipient})`,
      values: [address, address],
    })),
    ...given(query.sender, (sender) => ({ sql: 'm.mail_from = ? COLLATE NOCASE', values: [sender] })),
    ...given(query.recipient, (recipient) => ({ sql: byRecipient, values: [recipient] })),
    ...given(query.headerMessageId, (id) => ({
      sql: 'm.header_message_id IN (?, ?)',
      values: [id, `<${id.replace(/^<|>$/g, '')}>`],
    })),
    ...given(query.tenant, (tenant) => ({
      sql: 'm.id IN (SELECT message_id FROM deliveries WHERE tenant = ?)',
      values: [tenant],
    })),
    ...common(query, 'm.received_at'),
  ]
}

function findRefusals(statements: Statements, query: TraceQuery): TraceLine[] {
  // A refused message may name several recipients in one line; one that stands among others is found too.
  const byRecipient =
    "(rcpt_to = ? COLLATE NOCASE OR (rcpt_to LIKE '%,%' AND instr(lower(rcpt_to), lower(?)) > 0))"
  const where = [
    ...given(query.id, (id) => ({ sql: 'id = ?', values: [id] })),
    ...given(query.address, (address) => ({
      sql: `(mail_from = ? COLLATE NOCASE OR ${byRecipient})`,
      values: [address, address, address],
    })),
    ...given(query.sender, (sender) => ({ sql: 'mail_from = ? COLLATE NOCASE', values: [sender] })),
    ...given(query.recipient, (recipient) => ({ sql: byRecipient, values: [recipient, recipient] })),
    ...given(query.headerMessageId, (id) => ({
      sql: 'header_message_id IN (?, ?)',
      values: [id, `<${id.replace(/^<|>$/g, '')}>`],
    })),
    ...given(query.tenant, (tenant) => ({ sql: 'tenant = ?', values: [tenant] })),
    ...common(query, 'at'),
  ]
  return statements
    .all<{ id: string; at: number; mail_from: string; rcpt_to: string; subject: string; reason: string }>(
      `SELECT id, at, mail_from, rcpt_to, subject, reason FROM refusals WHERE ${join(where)} ORDER BY id DESC LIMIT ?`,
      ...where.flatMap((each) => each.values),
      query.limit,
    )
    .map((row) => ({
      kind: 'refusal',
      id: row.id,
      at: row.at,
      direction: 'inbound',
      mailFrom: row.mail_from,
      rcptTo: row.rcpt_to === '' ? [] : row.rcpt_to.split(', '),
      subject: row.subject,
      size: 0,
      states: ['refused'],
      reason: row.reason,
    }))
}

function common(query: TraceQuery, time: string): Condition[] {
  return [
    ...given(query.subject, (subject) => ({
      sql: "subject LIKE ? ESCAPE '\\'",
      values: [`%${subject.replace(/[\\%_]/g, '\\$&')}%`],
    })),
    // Ids sort by time and are the key, so bounds on them spare a walk through the whole table. An id is made at
    // MAIL, and a message may take its session's whole life to arrive.
    ...given(query.since, (since) => ({
      sql: `${time} >= ? AND id >= ?`,
      values: [since, firstIdAt(since - longestSession)],
    })),
    ...given(query.until, (until) => ({
      sql: `${time} <= ? AND id <= ?`,
      values: [until, firstIdAt(until + 1)],
    })),
  ]
}

function given<Value>(value: Value | undefined, condition: (value: Value) => Condition): Condition[] {
  return value === undefined ? [] : [condition(value)]
}

function join(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '1' : conditions.map((each) => each.sql).join(' AND ')
}
