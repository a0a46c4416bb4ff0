import { firstIdAt } from '#ground/platform/ids.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { DrillMail, ProbeArrival, ProbeMailStore } from '#services/watch/probe-mail-store.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

const mostSwept = 500

/** By the index on recipients, which compares without case: another way of comparing reads all mail that waits. */
export const oldSql = `SELECT message_id AS id FROM deliveries
  WHERE rcpt_to COLLATE NOCASE >= 'probe-' AND rcpt_to COLLATE NOCASE < 'probe.' AND tenant = ? AND message_id < ? LIMIT ?`

/** The same index. */
const drillSql = `SELECT message_id AS messageId, state, attempts, accepted_at AS acceptedAt, settled_at AS settledAt
  FROM deliveries WHERE rcpt_to COLLATE NOCASE >= 'probe-drill-' AND rcpt_to COLLATE NOCASE < 'probe-drill.' AND tenant = ?
  ORDER BY message_id LIMIT ?`
const mostOfDrill = 10_000

/** ProbeMailStore on SQLite. Changing runs inside a transaction of the caller. */
export class SqliteProbeMailStore implements Synchronous<ProbeMailStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  noteArrival(token: string, { begunAt, at }: ProbeArrival): void {
    const sql = 'INSERT OR IGNORE INTO probe_arrivals (token, begun_at, at) VALUES (?, ?, ?)'
    this.#statements.run(sql, token, begunAt, at)
  }

  arrival(token: string): ProbeArrival | null {
    const sql = 'SELECT begun_at AS begunAt, at FROM probe_arrivals WHERE token = ?'
    return this.#statements.get<ProbeArrival>(sql, token) ?? null
  }

  drop(messageId: string): boolean {
    const { of } = this.#statements.get<{ of: string | null }>(
      'SELECT max(tenant) AS of FROM deliveries WHERE message_id = ? HAVING min(tenant) = max(tenant)',
      messageId,
    ) ?? { of: null }
    if (of !== probeTenant) return false
    this.#changes.freeBody(messageId)
    this.#statements.run('DELETE FROM deliveries WHERE message_id = ?', messageId)
    this.#statements.run('DELETE FROM messages WHERE id = ?', messageId)
    return true
  }

  drillMail(): DrillMail[] {
    return this.#statements.all<DrillMail>(drillSql, probeTenant, mostOfDrill)
  }

  sweep(before: number): number {
    this.#statements.run('DELETE FROM probe_arrivals WHERE at < ?', before)
    const old = [probeTenant, firstIdAt(before), mostSwept]
    const rows = this.#statements.all<{ id: string }>(oldSql, ...old)
    return rows.filter(({ id }) => this.drop(id)).length
  }
}
