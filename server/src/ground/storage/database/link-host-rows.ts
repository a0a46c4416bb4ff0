import type { HostSums } from '#services/links/link-store.ts'
import type { Statements } from './statements.ts'

/** A host that stood in one message and never again is forgotten after this time. */
const forgetOnceMs = 60 * 86_400_000
const forgetMs = 400 * 86_400_000
/** Pairs of host and tenant that are kept at most: who writes of ever new hosts must not fill the disk. */
const mostPairs = 2_000_000
const dayMs = 86_400_000

/** Name of the fact that says since when hosts are noted. */
export const hostsSince = 'links.hosts-since'

export function addHosts(statements: Statements, sums: readonly HostSums[]): void {
  const [first] = sums
  if (!first) return
  statements.run('INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)', hostsSince, String(first.at))
  for (const { host, tenant, at, mails } of sums)
    statements.run(
      `INSERT INTO link_hosts (host, tenant, first_at, last_day, mails) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET last_day = max(last_day, excluded.last_day), mails = mails + excluded.mails`,
      host,
      tenant,
      at,
      Math.floor(at / dayMs),
      mails,
    )
}

/** Forgets hosts that no mail has led to for long, at most `limit` pairs; answers how many. */
export function forgetHosts(statements: Statements, now: number, limit: number, most = mostPairs): number {
  const before = (ageMs: number) => Math.floor((now - ageMs) / dayMs)
  const gone =
    forget(statements, 'last_day < ?', before(forgetMs), limit) +
    forget(statements, 'mails = 1 AND last_day < ?', before(forgetOnceMs), limit)
  // Whether there are too many cannot be told without counting, so it is asked for one minute a day only.
  if (gone > 0 || now % dayMs > 60_000) return gone
  const { pairs } = statements.get<{ pairs: number }>('SELECT count(*) AS pairs FROM link_hosts') ?? {
    pairs: 0,
  }
  return pairs <= most
    ? 0
    : forget(statements, 'last_day <= ?', Number.MAX_SAFE_INTEGER, Math.min(limit, pairs - most))
}

function forget(statements: Statements, condition: string, day: number, limit: number): number {
  return statements.run(
    `DELETE FROM link_hosts WHERE (host, tenant) IN
       (SELECT host, tenant FROM link_hosts WHERE ${condition} ORDER BY last_day LIMIT ?)`,
    day,
    limit,
  )
}
