import type { Reach } from '#services/ledger/ledger-store.ts'
import type {
  Suppression,
  SuppressionCause,
  SuppressionNews,
  SuppressionQuery,
  SuppressionStore,
} from '#services/suppression/suppression-store.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import type { Statements } from './statements.ts'
import { mostOfTenant, type SuppressionRows, suppressionColumns } from './suppression-rows.ts'
import type { Synchronous } from './synchronous.ts'

/** SuppressionStore on SQLite. Runs inside a transaction of its caller. */
export class SqliteSuppressionStore implements Synchronous<SuppressionStore> {
  readonly #statements: Statements
  readonly #rows: SuppressionRows
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, rows: SuppressionRows, changes: DeliveryChanges) {
    this.#statements = statements
    this.#rows = rows
    this.#changes = changes
  }

  list({ within, now, text, cause, after, limit }: SuppressionQuery): Suppression[] {
    return this.#statements.all<Suppression>(
      `SELECT ${suppressionColumns} FROM suppressions
       WHERE id > ?1 AND until > ?2 AND (?3 IS NULL OR tenant IN (SELECT value FROM json_each(?3)))
         AND (?4 = '' OR instr(address, ?4) > 0) AND (?5 IS NULL OR cause = ?5) ORDER BY id LIMIT ?6`,
      after,
      now,
      tenantsOf(within),
      text.toLowerCase(),
      cause,
      limit,
    )
  }

  find(id: string): Suppression | null {
    return this.#rows.find(id)
  }

  put(suppression: Suppression): boolean {
    const { tenant, id } = suppression
    const had = this.#statements.get<{ rows: number }>(
      'SELECT count(*) AS rows FROM suppressions WHERE tenant = ? AND id <> ?',
      tenant,
      id,
    )
    if ((had?.rows ?? 0) >= mostOfTenant) return false
    this.#rows.put(suppression)
    return true
  }

  remove(id: string): boolean {
    return this.#statements.run('DELETE FROM suppressions WHERE id = ?', id) > 0
  }

  note(news: SuppressionNews): boolean {
    return this.#rows.note(news)
  }

  noteReturn({ n, by, ...news }: SuppressionNews & { n: number; by: string }): boolean {
    const { at, tenant, messageId, cause, class: found, words, lastsMs } = news
    const kind = cause === 'complaint' ? 'complained' : 'bounced-later'
    const before = this.#statements.get(
      'SELECT 1 FROM events WHERE message_id = ? AND n = ? AND kind = ?',
      messageId,
      n,
      kind,
    )
    if (before) return false
    const detail = { class: found, reply: words.slice(0, 500), by }
    const place = { at, tenant, direction: 'outbound', messageId, n }
    this.#changes.record({ ...place, kind, state: null, reason: kind, detail })
    if (lastsMs.length > 0) this.#rows.note(news)
    return true
  }

  count(within: Reach | null, now: number): { cause: SuppressionCause; addresses: number }[] {
    return this.#statements.all(
      `SELECT cause, count(*) AS addresses FROM suppressions
       WHERE until > ?1 AND (?2 IS NULL OR tenant IN (SELECT value FROM json_each(?2))) GROUP BY cause ORDER BY 1`,
      now,
      tenantsOf(within),
    )
  }
}

function tenantsOf(within: Reach | null): string | null {
  return within && JSON.stringify(within.tenants)
}
