import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { type CountPeopleParts, countPeople, NotCountedError, type PeopleSums } from './count-people.ts'
import type { BounceRow, SeriesRow, StatisticsQuery, StatisticsStore, Sum, Top } from './statistics-store.ts'

/** What charts and reports are made of. */
export interface Figures extends Pick<StatisticsStore, 'series' | 'reasons' | 'bounces' | 'tops'> {
  /** Up to when the figures of a question reach; 0: nothing is known yet. */
  completeUpTo(query: StatisticsQuery): Promise<number>
}

export interface PeopleStatisticsParts extends CountPeopleParts {
  readonly statistics: StatisticsStore
  readonly now: () => number
  /** How long the ledger keeps what became of a message. */
  readonly keepMs: () => number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** A count is good for so long: a page asks for several figures of the same mail. */
const goodMs = 30_000
/** Counts that are kept; each is of one reach and time. */
const mostKept = 20
/** Refusals are written a moment after they were spoken. */
const settleMs = 5000
/** Reasons of domains that are added to those of people. */
const mostReasons = 1000

interface Kept {
  readonly at: number
  isDone: boolean
  readonly found: Promise<PeopleSums>
}

interface ReasonRow {
  readonly what: string
  readonly reason: string
  readonly deliveries: number
}
type TopRow = Pick<Top, 'name' | 'deliveries'>

/** Figures of any reach: sums where these are kept, and what groups and people had counted from the ledger. */
export class PeopleStatistics {
  readonly #parts: PeopleStatisticsParts
  readonly #kept = new Map<string, Kept>()
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(parts: PeopleStatisticsParts) {
    this.#parts = parts
  }

  /**
   * What can be told of a stretch of time: figures of groups and people reach back as far as the ledger.
   * @throws NotCountedError where all of it is longer ago
   */
  rangeOf<Range extends { readonly since: number; readonly until: number }>(
    within: Reach | null,
    range: Range,
  ): Range {
    if (peopleOf(within).length === 0) return range
    const { now, keepMs } = this.#parts
    const oldest = Math.ceil((now() - keepMs() + 3 * hourMs) / dayMs) * dayMs
    if (range.until <= oldest)
      throw new NotCountedError(
        `Figures of groups and people are counted from the ledger, which keeps ${Math.floor(keepMs() / dayMs)} days (spool.keepTrace). Choose a later time, or a domain.`,
      )
    return { ...range, since: Math.max(range.since, oldest) }
  }

  figuresOf(within: Reach | null): Figures {
    const { statistics } = this.#parts
    if (within === null || peopleOf(within).length === 0) return ofSums(statistics)
    const domains = (within.domains ?? []).filter((each) => !isOfPeople(each))
    const count = (query: StatisticsQuery) => this.#count(within, domains, query)
    const ofDomains = { ...within, domains }
    /** Rows of domains, where there are some, and those of people. */
    const both = async <Row>(
      query: StatisticsQuery,
      sums: (query: StatisticsQuery) => Promise<readonly Row[]>,
      of: (found: PeopleSums) => readonly Row[],
    ): Promise<Row[]> => [
      ...(domains.length === 0 ? [] : await sums({ ...query, within: ofDomains })),
      ...of(await count(query).found),
    ]
    return {
      completeUpTo: async (query) => {
        const counted = count(query).at - settleMs
        return domains.length === 0 ? counted : Math.min(counted, (await statistics.position()).completeUpTo)
      },
      series: (query) =>
        both<SeriesRow>(
          query,
          (each) => statistics.series(each),
          ({ sums }) => inSpan(query, sums),
        ),
      reasons: async (query, limit) => {
        const rows = await both<ReasonRow>(
          query,
          (each) => statistics.reasons(each, mostReasons),
          ({ sums }) => sums.filter(({ what }) => withReasons.has(what)),
        )
        return mostFirst(rows, ({ what, reason }) => `${what}\n${reason}`, limit).map(
          ({ what, reason, deliveries }) => ({ what, reason, deliveries }),
        )
      },
      bounces: async (query, limit) => {
        const rows = await both<BounceRow>(
          query,
          (each) => statistics.bounces(each, limit),
          ({ sums }) => inSpan(query, sums).filter(isBounce),
        )
        return rows.toSorted((a, b) => b.deliveries - a.deliveries).slice(0, limit)
      },
      tops: async (query, kind, limit) => {
        // Who writes is known of people alone: sums of a domain do not have it, and half of it would be wrong.
        if (domains.length > 0 && kind !== 'attacked') return []
        const rows = await both<TopRow>(
          query,
          (each) => statistics.tops(each, kind, limit),
          ({ tops }) => tops.filter((each) => each.kind === kind),
        )
        return mostFirst(rows, ({ name }) => name, limit).map(({ name, deliveries }) => ({
          name,
          deliveries,
        }))
      },
    }
  }

  /** One count for all figures of a page, and for all who look at it. */
  #count(within: Reach, domains: readonly string[], { since, until }: StatisticsQuery): Kept {
    const now = this.#parts.now()
    const key = JSON.stringify([within, since, until])
    const known = this.#kept.get(key)
    if (known && (!known.isDone || now - known.at < goodMs)) return known
    const kept: Kept = {
      at: now,
      isDone: false,
      found: this.#inTurn(() => countPeople(this.#parts, within, { since, until }, domains)),
    }
    this.#kept.set(key, kept)
    kept.found
      .catch(() => this.#kept.delete(key))
      .finally(() => {
        kept.isDone = true
        for (const [each, { isDone }] of this.#kept)
          if (isDone && this.#kept.size > mostKept) this.#kept.delete(each)
      })
    return kept
  }

  /** One after the other: what is counted for some keeps the store from others for a part of the time only. */
  async #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#waiting >= mostKept)
      throw new NotCountedError('Many others are being counted now. Ask again in a moment.')
    this.#waiting++
    const turn = this.#last.then(work).finally(() => this.#waiting--)
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }
}

const withReasons: ReadonlySet<string> = new Set(['refused', 'returned', 'quarantined', 'held', 'deferred'])

function isBounce<Row extends { readonly what: string }>(
  row: Row,
): row is Row & { readonly what: 'class-returned' | 'class-deferred' } {
  return row.what === 'class-returned' || row.what === 'class-deferred'
}

function ofSums(statistics: StatisticsStore): Figures {
  return {
    completeUpTo: async () => (await statistics.position()).completeUpTo,
    series: (query) => statistics.series(query),
    reasons: (query, limit) => statistics.reasons(query, limit),
    bounces: (query, limit) => statistics.bounces(query, limit),
    tops: (query, kind, limit) => statistics.tops(query, kind, limit),
  }
}

/** Sums by hour as those of the span that is asked for. */
function inSpan({ span }: StatisticsQuery, sums: readonly Sum[]): Sum[] {
  if (span === 'hour') return [...sums]
  return sums.map((each) => ({ ...each, at: Math.floor(each.at / dayMs) * dayMs }))
}

/** Lines of the same key added up, most first. */
function mostFirst<Line extends { readonly deliveries: number }>(
  lines: readonly Line[],
  keyOf: (line: Line) => string,
  limit: number,
): Line[] {
  return [...Map.groupBy(lines, keyOf)]
    .map(([key, same]) => ({
      key,
      line: same[0] as Line,
      deliveries: same.reduce((sum, each) => sum + each.deliveries, 0),
    }))
    .sort((a, b) => b.deliveries - a.deliveries || (a.key < b.key ? -1 : 1))
    .slice(0, limit)
    .map(({ line, deliveries }) => ({ ...line, deliveries }))
}

function peopleOf(within: Reach | null): string[] {
  return (within?.domains ?? []).filter(isOfPeople)
}
