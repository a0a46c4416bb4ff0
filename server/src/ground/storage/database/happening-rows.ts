import type { EventKind } from '#services/webhooks/webhook-store.ts'
import type { Statements } from './statements.ts'

/** Something that no other book has in its order, for the feed of events. */
export interface Happening {
  readonly at: number
  /** Null: of the whole site. */
  readonly tenant: string | null
  readonly kind: EventKind
  /** Names people only by the row that it is about (`request`, `report`), so that they can be taken out there. */
  readonly detail: object
}

/** Notes it in the transaction of what has happened. */
export function noteHappening(statements: Statements, { at, tenant, kind, detail }: Happening): void {
  const sql = 'INSERT INTO happenings (at, tenant, kind, detail) VALUES (?, ?, ?, ?)'
  statements.run(sql, at, tenant, kind, JSON.stringify(detail))
}
