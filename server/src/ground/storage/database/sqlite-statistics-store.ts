import type { Reach, Tally } from '#services/ledger/ledger-store.ts'
import type {
  RefusedCounted,
  RefusedGathered,
  RefusedPlace,
  RefusedQuery,
  RefusedRead,
  SeveralQuery,
  UnreadCounted,
} from '#services/statistics/refused-store.ts'
import type {
  BounceRow,
  DomainFlow,
  FlowEntry,
  Gathered,
  PeopleCounted,
  PeoplePlace,
  PeopleQuery,
  Position,
  SeriesRow,
  StatisticsQuery,
  StatisticsStore,
  Sum,
  Top,
  TopKind,
} from '#services/statistics/statistics-store.ts'
import { countPeople } from './people-figures.ts'
import { readAddresses } from './people-lookup.ts'
import { addRefused, gatherRefused, readRefusedPosition } from './refused-people.ts'
import { countRefused, countUnread } from './several-refusals.ts'
import type { Statements } from './statements.ts'
import { gatherStatistics } from './statistics-gather.ts'
import type { Synchronous } from './synchronous.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Names of one kind, tenant and day: those who write from ever new addresses must not fill the disk. */
const mostTops = 1000

/** StatisticsStore on SQLite. */
export class SqliteStatisticsStore implements Synchronous<StatisticsStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  position(): Position {
    const known = this.#statements.get<Omit<Position, 'line'> & { line: number | null }>(
      `SELECT seq, line, refusal, followed_since AS followedSince, verdicts_since AS verdictsSince, complete_up_to AS completeUpTo
       FROM statistics_position WHERE id = 1`,
    )
    if (!known) return { seq: 0, line: 0, refusal: '', followedSince: 0, verdictsSince: 0, completeUpTo: 0 }
    return { ...known, line: known.line ?? this.#lineOf(known.refusal) }
  }

  /** Where the version before is in the order of writing: looks back over no more than it has not summed up. */
  #lineOf(refusal: string): number {
    const row = this.#statements.get<{ seq: number }>(
      'SELECT seq FROM refusal_log WHERE id <= ? ORDER BY seq DESC LIMIT 1',
      refusal,
    )
    return row?.seq ?? 0
  }

  gather(from: Position, now: number, limit: number): Gathered {
    return gatherStatistics(this.#statements, from, now, limit)
  }

  add({ from, to, sums, waiting, tops, flow }: Gathered, keep: number): boolean {
    const now = this.position()
    if (now.seq !== from.seq || now.line !== from.line || now.refusal !== from.refusal) return false
    for (const sum of sums) this.#addAtLevels(sum)
    this.#noteQueue(waiting, to.completeUpTo)
    for (const top of tops) this.#addTop(top)
    for (const { domain, entries } of flow) this.#addFlow(domain, entries, keep)
    this.#statements.run(
      `INSERT OR REPLACE INTO statistics_position (id, seq, line, refusal, followed_since, verdicts_since, complete_up_to)
       VALUES (1, ?, ?, ?, ?, ?, ?)`,
      to.seq,
      to.line,
      to.refusal,
      to.followedSince,
      to.verdictsSince,
      to.completeUpTo,
    )
    return true
  }

  /** The same line counts for the site, its tenant and its domain, by hour and by day. */
  #addAtLevels(sum: Sum): void {
    const levels = [{ tenant: '', domain: '' }]
    if (sum.tenant !== '') levels.push({ tenant: sum.tenant, domain: '' })
    if (sum.tenant !== '' && sum.domain !== '') levels.push({ tenant: sum.tenant, domain: sum.domain })
    for (const level of levels) {
      this.#put('hour', { ...sum, ...level }, 'deliveries + excluded.deliveries')
      this.#put('day', { ...sum, ...level, at: dayOf(sum.at) }, 'deliveries + excluded.deliveries')
    }
  }

  #noteQueue(waiting: Gathered['waiting'], at: number): void {
    if (at === 0) return
    const all = waiting.reduce((sum, each) => sum + each.deliveries, 0)
    const lines = [...waiting.filter((each) => each.tenant !== ''), { tenant: '', deliveries: all }]
    for (const { tenant, deliveries } of lines) {
      if (deliveries === 0) continue
      const sum = { tenant, domain: '', direction: '', what: 'queue', reason: '', deliveries }
      this.#put(
        'hour',
        { ...sum, at: Math.floor(at / hourMs) * hourMs },
        'max(deliveries, excluded.deliveries)',
      )
      this.#put('day', { ...sum, at: dayOf(at) }, 'max(deliveries, excluded.deliveries)')
    }
  }

  #put(span: string, { tenant, domain, at, direction, what, reason, deliveries }: Sum, then: string): void {
    this.#statements.run(
      `INSERT INTO statistics (span, tenant, domain, at, direction, what, reason, deliveries) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET deliveries = ${then}`,
      span,
      tenant,
      domain,
      at,
      direction,
      what,
      reason,
      deliveries,
    )
  }

  /** Where there are too many names the rarer half of them makes room: who comes often is not among them. */
  #addTop({ tenant, day, kind, name, deliveries }: Top): void {
    const values = [tenant, day, kind, name] as const
    const added = this.#statements.run(
      'UPDATE statistics_tops SET deliveries = deliveries + ? WHERE tenant = ? AND day = ? AND kind = ? AND name = ?',
      deliveries,
      ...values,
    )
    if (added > 0) return
    const rows = this.#statements.get<{ rows: number }>(
      'SELECT count(*) AS rows FROM statistics_tops WHERE tenant = ? AND day = ? AND kind = ?',
      tenant,
      day,
      kind,
    )
    if ((rows?.rows ?? 0) >= mostTops)
      this.#statements.run(
        `DELETE FROM statistics_tops WHERE tenant = ?1 AND day = ?2 AND kind = ?3 AND name IN (
           SELECT name FROM statistics_tops WHERE tenant = ?1 AND day = ?2 AND kind = ?3 ORDER BY deliveries LIMIT ?4)`,
        tenant,
        day,
        kind,
        mostTops / 2,
      )
    this.#statements.run(
      'INSERT INTO statistics_tops (tenant, day, kind, name, deliveries) VALUES (?, ?, ?, ?, ?)',
      ...values,
      deliveries,
    )
  }

  /** A delivery that was put off and then got through counts once, as what it came to. */
  #addFlow(domain: string, entries: readonly FlowEntry[], keep: number): void {
    const known = this.flowOf([domain])[0]?.recent ?? []
    const latest = new Map<string, FlowEntry>()
    for (const each of [...known, ...entries]) {
      const key = `${each.messageId} ${each.n}`
      const before = latest.get(key)?.failures ?? 0
      latest.set(key, each.ok ? each : { ...each, failures: before + each.failures })
    }
    const recent = [...latest.values()].sort((a, b) => a.at - b.at).slice(-keep)
    this.#statements.run(
      'INSERT OR REPLACE INTO domain_flow (domain, recent, last_at) VALUES (?, ?, ?)',
      domain,
      JSON.stringify(recent),
      recent.at(-1)?.at ?? 0,
    )
  }

  series({ within, span, since, until }: StatisticsQuery): SeriesRow[] {
    return this.#statements.all(
      `SELECT at, direction, what, sum(deliveries) AS deliveries FROM statistics
       WHERE ${whereOf(within)} AND at >= ?4 AND at < ?5 GROUP BY at, direction, what ORDER BY at`,
      span,
      ...valuesOf(within),
      since,
      until,
    )
  }

  reasons({ within, span, since, until }: StatisticsQuery, limit: number) {
    return this.#statements.all<{ what: string; reason: string; deliveries: number }>(
      `SELECT what, reason, sum(deliveries) AS deliveries FROM statistics
       WHERE ${whereOf(within)} AND at >= ?4 AND at < ?5 AND what IN ('refused', 'returned', 'quarantined', 'held', 'deferred')
       GROUP BY what, reason ORDER BY 3 DESC, 1, 2 LIMIT ?6`,
      span,
      ...valuesOf(within),
      since,
      until,
      limit,
    )
  }

  sums(day: number): Tally[] {
    return this.#statements.all(
      `SELECT tenant, direction, what, sum(deliveries) AS deliveries FROM statistics
       WHERE span = 'day' AND at = ? AND domain = '' AND tenant <> ''
         AND what <> 'queue' AND what NOT LIKE 'class-%' AND what NOT LIKE 'delay-%'
       GROUP BY tenant, direction, what`,
      day,
    )
  }

  bounces({ within, span, since, until }: StatisticsQuery, limit: number): BounceRow[] {
    return this.#statements.all<BounceRow>(
      `SELECT at, what, reason, sum(deliveries) AS deliveries FROM statistics
       WHERE ${whereOf(within)} AND at >= ?4 AND at < ?5 AND what IN ('class-returned', 'class-deferred')
       GROUP BY at, what, reason ORDER BY 4 DESC, 1, 2, 3 LIMIT ?6`,
      span,
      ...valuesOf(within),
      since,
      until,
      limit,
    )
  }

  tops({ within, since, until }: StatisticsQuery, kind: TopKind, limit: number) {
    // Who writes is known of a whole tenant; of a domain only who is written to.
    if (within?.domains && kind !== 'attacked') return []
    return this.#statements.all<{ name: string; deliveries: number }>(
      `SELECT name, sum(deliveries) AS deliveries FROM statistics_tops
       WHERE (?1 IS NULL OR tenant IN (SELECT value FROM json_each(?1))) AND tenant <> ''
         AND (?2 IS NULL OR substr(name, instr(name, '@') + 1) IN (SELECT value FROM json_each(?2)))
         AND kind = ?3 AND day >= ?4 AND day < ?5 GROUP BY name ORDER BY 2 DESC, 1 LIMIT ?6`,
      within ? JSON.stringify(within.tenants) : null,
      within?.domains ? JSON.stringify(within.domains) : null,
      kind,
      dayOf(since),
      until,
      limit,
    )
  }

  addressesOf(names: readonly string[], without: readonly string[], limit: number): string[] {
    return readAddresses(this.#statements, names, without, limit).sort()
  }

  countPeople(query: PeopleQuery, from: PeoplePlace | null, limit: number): PeopleCounted {
    return countPeople(this.#statements, query, from, limit)
  }

  refusedRead(): RefusedRead {
    return readRefusedPosition(this.#statements)
  }

  gatherRefused(limit: number): RefusedGathered {
    return gatherRefused(this.#statements, limit)
  }

  addRefused(gathered: RefusedGathered): boolean {
    return addRefused(this.#statements, gathered)
  }

  countRefused(query: RefusedQuery, from: RefusedPlace | null, limit: number): RefusedCounted {
    return countRefused(this.#statements, query, from, limit)
  }

  countUnread(query: SeveralQuery & { readonly line: number }, before: number, limit: number): UnreadCounted {
    return countUnread(this.#statements, query, before, limit)
  }

  flowOf(domains: readonly string[]): DomainFlow[] {
    return this.#statements
      .all<FlowRow>(
        'SELECT domain, recent, last_at AS lastAt FROM domain_flow WHERE domain IN (SELECT value FROM json_each(?))',
        JSON.stringify(domains),
      )
      .map(toFlow)
  }

  flows(after: string, limit: number): DomainFlow[] {
    return this.#statements
      .all<FlowRow>(
        'SELECT domain, recent, last_at AS lastAt FROM domain_flow WHERE domain > ? ORDER BY domain LIMIT ?',
        after,
        limit,
      )
      .map(toFlow)
  }

  forget(before: { hours: number; days: number; tops: number }, limit: number): number {
    const old = `DELETE FROM statistics WHERE (span, tenant, domain, at, direction, what, reason) IN (
      SELECT span, tenant, domain, at, direction, what, reason FROM statistics WHERE span = ? AND at < ? LIMIT ?)`
    const gone = [
      this.#statements.run(old, 'hour', before.hours, limit),
      this.#statements.run(old, 'day', before.days, limit),
      this.#statements.run(
        `DELETE FROM statistics_tops WHERE (tenant, day, kind, name) IN (
           SELECT tenant, day, kind, name FROM statistics_tops WHERE day < ? LIMIT ?)`,
        before.tops,
        limit,
      ),
    ]
    return Math.max(...gone)
  }
}

interface FlowRow {
  readonly domain: string
  readonly recent: string
  readonly lastAt: number
}
const toFlow = (row: FlowRow): DomainFlow => ({ ...row, recent: JSON.parse(row.recent) })

const dayOf = (at: number) => Math.floor(at / dayMs) * dayMs

/** The rows of a level: of the site, of tenants as wholes, or of single domains. Parameter 1 is the span. */
function whereOf(within: Reach | null): string {
  if (within === null) return `span = ?1 AND tenant = '' AND domain = '' AND ?2 IS ?3`
  const tenants = 'tenant IN (SELECT value FROM json_each(?2))'
  return within.domains === null
    ? `span = ?1 AND ${tenants} AND domain = '' AND tenant <> '' AND ?3 IS NULL`
    : `span = ?1 AND ${tenants} AND domain IN (SELECT value FROM json_each(?3)) AND domain <> ''`
}

function valuesOf(within: Reach | null): [string | null, string | null] {
  if (within === null) return [null, null]
  return [JSON.stringify(within.tenants), within.domains && JSON.stringify(within.domains)]
}
