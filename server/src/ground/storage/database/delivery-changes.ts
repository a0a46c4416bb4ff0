import type { DeliveryState, Owner } from '#flow/spool/message-state.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { EventKind } from '#services/ledger/event-kinds.ts'
import type { Books } from './books.ts'
import type { Statements } from './statements.ts'
import type { StoreRules } from './store-rules.ts'
import type { StoreSettings } from './store-settings.ts'

/** A line of the ledger. `state` is set where the state changed. */
export interface LedgerLine {
  readonly at: number
  readonly tenant: string
  readonly direction: string
  readonly messageId: string
  readonly n: number | null
  readonly kind: EventKind
  readonly state: DeliveryState | null
  readonly reason: string
  readonly detail: object | null
}

export interface Change {
  readonly messageId: string
  readonly n: number
  readonly from: DeliveryState
  readonly to: DeliveryState
  readonly owner: Owner
  readonly reason: Reason
  readonly at: number
  readonly dueAt: number | null
  readonly detail: object | null
}

interface Place {
  readonly tenant: string
  readonly direction: string
}

/**
 * The one place where a delivery changes its state: row, ledger event and books together.
 * The caller is inside a transaction.
 */
export class DeliveryChanges {
  readonly #statements: Statements
  readonly #books: Books
  readonly #node: string
  readonly #assertTransition: StoreRules['assertTransition']
  readonly #keepReturnedMs: number

  constructor(
    statements: Statements,
    books: Books,
    { node, keepReturnedMs }: Pick<StoreSettings, 'node' | 'keepReturnedMs'>,
    assertTransition: StoreRules['assertTransition'],
  ) {
    this.#keepReturnedMs = keepReturnedMs
    this.#assertTransition = assertTransition
    this.#statements = statements
    this.#books = books
    this.#node = node
  }

  /** Writes one line of the ledger. Messages of our own are nobody's mail: neither ledger nor books know of them. */
  record(line: LedgerLine): void {
    if (line.tenant === probeTenant) return
    this.#statements.run(
      'INSERT INTO events (at, node, tenant, direction, message_id, n, kind, state, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      line.at,
      this.#node,
      line.tenant,
      line.direction,
      line.messageId,
      line.n,
      line.kind,
      line.state,
      line.reason,
      line.detail === null ? null : JSON.stringify(line.detail),
    )
  }

  /** Notes a delivery that is new; its row is the caller's. */
  created(line: LedgerLine & { readonly state: DeliveryState }, owner: Owner): void {
    this.#assertTransition('new', line.state, owner)
    this.#books.move(line.at, line.tenant, line.direction, null, line.state)
    this.record(line)
  }

  /** Changes the state of one delivery that is in state `from` now. Lease and due time are set anew. */
  change(change: Change, place: Place): void {
    this.#assertTransition(change.from, change.to, change.owner)
    const settledAt = change.to === 'waiting' ? null : change.at
    this.#statements.run(
      'UPDATE deliveries SET state = ?, reason = ?, due_at = ?, lease_owner = NULL, settled_at = ? WHERE message_id = ? AND n = ?',
      change.to,
      change.reason,
      change.dueAt,
      settledAt,
      change.messageId,
      change.n,
    )
    this.#books.move(change.at, place.tenant, place.direction, change.from, change.to)
    this.record({
      ...place,
      at: change.at,
      messageId: change.messageId,
      n: change.n,
      kind: change.to,
      state: change.to,
      reason: change.reason,
      detail: change.detail,
    })
  }

  /**
   * Looks whether a message has anything left to do, and frees its content when not.
   * Content of returned mail is kept until `keepUntil`, for sending it again; null: there is none worth keeping.
   */
  closeIfDone(messageId: string, keepUntil: number | null): void {
    const left = this.#statements.get<{ open: number; returned: number }>(
      `SELECT total(state IN ('waiting', 'quarantined', 'held')) AS open, total(state = 'returned') AS returned FROM deliveries WHERE message_id = ?`,
      messageId,
    )
    if (!left || left.open > 0) return
    if (left.returned === 0) this.freeBody(messageId)
    // A damaged file stays where it is: the next start finds that nobody names it, and sets it aside.
    else if (keepUntil === null) this.#deleteBody(messageId)
    else this.#statements.run('UPDATE messages SET keep_until = ? WHERE id = ?', keepUntil, messageId)
  }

  /**
   * The same where deliveries were discarded: what was returned of others keeps its content for its own time, counted
   * from its return, for whoever discarded these has no say over it.
   */
  closeDiscarded(messageId: string): void {
    const last = this.#statements.get<{ at: number | null }>(
      `SELECT max(settled_at) AS at FROM deliveries WHERE message_id = ? AND state = 'returned'`,
      messageId,
    )
    this.closeIfDone(messageId, (last?.at ?? 0) + this.#keepReturnedMs)
  }

  /** Deletes the stored content of a message; a file goes to the list of files to delete after the commit. */
  freeBody(messageId: string): void {
    const body = this.#statements.get<{ path: string | null }>(
      'SELECT path FROM bodies WHERE message_id = ?',
      messageId,
    )
    if (!body) return
    if (body.path !== null) this.filesToDelete.push(body.path)
    this.#deleteBody(messageId)
  }

  /** The key of encrypted content goes with its row: what is left of the bytes anywhere says nothing any more. */
  #deleteBody(messageId: string): void {
    this.#statements.run('DELETE FROM bodies WHERE message_id = ?', messageId)
    this.#statements.run('DELETE FROM body_keys WHERE message_id = ?', messageId)
  }

  /** Names of files whose rows are gone: deleted once the commit stands, so that a crash between leaves a file, never a gap. */
  readonly filesToDelete: string[] = []
}
