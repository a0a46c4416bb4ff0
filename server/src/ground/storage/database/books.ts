import type { DeliveryState } from '#flow/spool/message-state.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { Statements } from './statements.ts'

type Column = DeliveryState | 'accepted'

const columns: readonly Column[] = [
  'accepted',
  'waiting',
  'delivered',
  'returned',
  'quarantined',
  'held',
  'sealed',
  'discarded',
]

const addUp = `ON CONFLICT DO UPDATE SET ${columns.map((each) => `${each} = ${each} + excluded.${each}`).join(', ')}`
const values = ', ?'.repeat(columns.length)
const upsert = `INSERT INTO books (minute, node, tenant, direction, ${columns.join(', ')}) VALUES (?, ?, ?, ?${values}) ${addUp}`
const upsertTotal = `INSERT INTO book_totals (tenant, direction, ${columns.join(', ')}) VALUES (?, ?${values}) ${addUp}`

/**
 * The books: for each minute, node, tenant and direction how many deliveries were accepted, and by how many each
 * state grew or shrank. Changes of one transaction are summed up here and written once before its commit,
 * so that a thousand messages cost one row. Their sums over all time stand in a table of their own: whoever asks
 * for them must not walk through years of minutes.
 */
export class Books {
  readonly #statements: Statements
  readonly #node: string
  readonly #pending = new Map<string, Partial<Record<Column, number>>>()

  constructor(statements: Statements, node: string) {
    this.#statements = statements
    this.#node = node
  }

  /** Notes a change of state; `from` is null for a delivery that is new. */
  move(at: number, tenant: string, direction: string, from: DeliveryState | null, to: DeliveryState): void {
    if (tenant === probeTenant) return
    const key = `${Math.floor(at / 60_000)}\n${tenant}\n${direction}`
    let entry = this.#pending.get(key)
    if (!entry) this.#pending.set(key, (entry = {}))
    const left = from ?? 'accepted'
    entry[left] = (entry[left] ?? 0) + (from === null ? 1 : -1)
    entry[to] = (entry[to] ?? 0) + 1
  }

  /** Writes what was noted; to be called within the transaction that made the changes. */
  flush(): void {
    for (const [key, entry] of this.#pending) {
      const [minute = '0', tenant = '', direction = ''] = key.split('\n')
      const figures = columns.map((each) => entry[each] ?? 0)
      this.#statements.run(upsert, Number(minute), this.#node, tenant, direction, ...figures)
      this.#statements.run(upsertTotal, tenant, direction, ...figures)
    }
    this.#pending.clear()
  }

  /** Forgets what was noted in a transaction that was rolled back. */
  drop(): void {
    this.#pending.clear()
  }
}
