import type { NewDelivery, NewMessage, SuppressedDelivery, SuppressedRecipient } from '#flow/spool/message.ts'
import { namedId } from '#ground/platform/named-id.ts'
import type { Suppression, SuppressionNews } from '#services/suppression/suppression-store.ts'
import type { Statements } from './statements.ts'

const dayMs = 86_400_000
/** How long an entry that is over is remembered: another bounce within it is the next one and not the first. */
const rememberedMs = 90 * dayMs
/** How long a bounce by mail waits for another one that says the same. */
const doubtfulMs = 30 * dayMs
/** What is noted of a bounce that a server sent after it had taken the message. */
const byMail = 'by mail, after it was taken'
/** Entries of a tenant; beyond it those that end first make room, looked for once in a while. */
export const mostOfTenant = 100_000

export const suppressionColumns =
  'id, tenant, address, cause, class, words, message_id AS messageId, times, added_at AS addedAt, until, added_by AS addedBy, note'

/** Rows of recipients that are left alone, for their store and for the deliveries that ask and tell. */
export class SuppressionRows {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  find(id: string): Suppression | null {
    return (
      this.#statements.get<Suppression>(`SELECT ${suppressionColumns} FROM suppressions WHERE id = ?`, id) ??
      null
    )
  }

  /** Why a recipient of a tenant is left alone; null: it may be written to. */
  inForce(tenant: string, address: string, now: number): SuppressedRecipient | null {
    const found = this.find(suppressionId(tenant, address))
    if (found === null || found.until <= now) return null
    const { cause, class: kind, words, addedAt, until } = found
    return { cause, class: kind, words, addedAt, until }
  }

  /** Those of new deliveries to the world that are left alone. */
  among(
    { direction, receivedAt }: Pick<NewMessage, 'direction' | 'receivedAt'>,
    deliveries: readonly NewDelivery[],
  ): SuppressedDelivery[] {
    return deliveries.flatMap((each) => {
      if ((each.direction ?? direction) !== 'outbound') return []
      const suppressed = this.inForce(each.tenant, each.rcptTo, receivedAt)
      return suppressed ? [{ n: each.n, suppressed }] : []
    })
  }

  put(suppression: Suppression): void {
    const { id, tenant, address, cause, class: found, words, messageId } = suppression
    const { times, addedAt, until, addedBy, note } = suppression
    this.#statements.run(
      `INSERT OR REPLACE INTO suppressions (id, tenant, address, cause, class, words, message_id, times, added_at, until, added_by, note)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, tenant, address, cause, found, words, messageId, times, addedAt, until, addedBy, note],
    )
  }

  /** Bounces count one at a time: those of mail that was under way together are one. */
  note(news: SuppressionNews): boolean {
    const { at, tenant, isCertain, lastsMs } = news
    const address = news.address.toLowerCase()
    const id = suppressionId(tenant, address)
    const before = this.find(id)
    if (before && (before.until > at || before.messageId === news.messageId)) return false
    const isNext = before !== null && at - Math.max(before.until, before.addedAt) < rememberedMs
    const isAgain = isNext && at - before.addedAt < doubtfulMs
    const times = isNext ? before.times + 1 : 1
    const step = lastsMs[Math.min(times, lastsMs.length) - 1] ?? 0
    const until = isCertain || isAgain ? at + step : at
    const { cause, class: found, words, messageId } = news
    this.put({
      ...{ id, tenant, address, cause, class: found, words: words.slice(0, 500), messageId, times },
      ...{ addedAt: at, until, addedBy: '', note: isCertain ? '' : byMail },
    })
    // About one in 256: counting each time would cost more than it saves.
    if (before === null && id.startsWith('00')) this.#makeRoom(tenant)
    return until > at
  }

  #makeRoom(tenant: string): void {
    this.#statements.run(
      `DELETE FROM suppressions WHERE id IN (
         SELECT id FROM suppressions WHERE tenant = ?1 AND cause <> 'hand' ORDER BY until
         LIMIT max(0, (SELECT count(*) FROM suppressions WHERE tenant = ?1) - ?2))`,
      tenant,
      mostOfTenant,
    )
  }

  /** It was taken: what its server had said while it was spoken to is over; a bounce afterwards stays possible. */
  reached(tenant: string, address: string): void {
    this.#statements.run(
      `DELETE FROM suppressions WHERE id = ? AND cause = 'bounce' AND note <> ?`,
      suppressionId(tenant, address),
      byMail,
    )
  }
}

function suppressionId(tenant: string, address: string): string {
  return namedId(tenant, address.toLowerCase())
}

/** Entries whose time to be remembered is over. */
export function forgetSuppressions(statements: Statements, now: number, limit: number): number {
  return statements.run(
    'DELETE FROM suppressions WHERE id IN (SELECT id FROM suppressions WHERE until < ? LIMIT ?)',
    now - rememberedMs,
    limit,
  )
}
