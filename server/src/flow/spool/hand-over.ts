import type { SuppressedDelivery } from './message.ts'
import type { Acceptance } from './message-store.ts'

/**
 * How mail that was just made durable gets on its way without being looked for.
 * Delivery implements it; where delivery runs elsewhere, nobody does, and the rows are found by their due time.
 */
export interface HandOver {
  /**
   * The owner to lease new deliveries of these lanes to, or null: they go through the queue like any other.
   * @param isBulk mail to many, of which less is kept in memory
   */
  offer(lanes: readonly string[], isBulk: boolean): { readonly owner: string; readonly until: number } | null
  /** The message is durable; its leased deliveries may leave, but for recipients that are to be left alone. */
  take(acceptance: Acceptance, suppressed: readonly SuppressedDelivery[]): void
  /** Something in this lane is due at `dueAt`. */
  wake(lane: string, dueAt: number): void
}
