import { longestSessionMs } from '#ground/platform/ids.ts'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { type CountPeopleParts, countPeople, NotCountedError } from './count-people.ts'
import { type Counted, KeptCounts } from './kept-counts.ts'
import { OneByTenant } from './one-by-tenant.ts'
import type { PeopleSums } from './people-sums.ts'
import { PieceTurns } from './piece-turns.ts'
import type {
  BounceRow,
  Position,
  SeriesRow,
  StatisticsQuery,
  StatisticsStore,
  Top,
} from './statistics-store.ts'

/** How far figures reach. */
export interface Progress extends Pick<Position, 'completeUpTo' | 'verdictsSince'> {
  /**
   * From when on all refusals that name several recipients are counted (ms), where they are too many for groups and people;
   * null: all are.
   */
  readonly severalSince: number | null
}

/** What charts and reports are made of. */
export interface Figures extends Pick<StatisticsStore, 'series' | 'reasons' | 'bounces' | 'tops'> {
  /** Asked before the figures: what is written in between is in them, and not the other way round. */
  progress(query: StatisticsQuery): Promise<Progress>
}

export interface PeopleStatisticsParts {
  readonly statistics: StatisticsStore
  /** Lets others have the store between two pieces. @param tookMs how long the one before took */
  readonly rest: (tookMs: number) => Promise<void>
  readonly now: () => number
  /** How long the ledger keeps what became of a message. */
  readonly keepMs: () => number
}

const dayMs = 86_400_000
/** Refusals are written a moment after they were spoken. */
const settleMs = 5000
/** Reasons of domains that are added to those of people. */
const mostReasons = 1000

interface ReasonRow {
  readonly what: string
  readonly reason: string
  readonly deliveries: number
}
type TopRow = Pick<Top, 'name' | 'deliveries'>

/** Figures of any reach: sums where these are kept, and what groups and people had counted from the ledger. */
export class PeopleStatistics {
  readonly #parts: PeopleStatisticsParts
  readonly #kept: KeptCounts
  readonly #tenants = new OneByTenant()
  readonly #counting: CountPeopleParts

  constructor(parts: PeopleStatisticsParts) {
    this.#parts = parts
    this.#kept = new KeptCounts(parts.now)
    const turns = new PieceTurns(parts.rest)
    this.#counting = { statistics: parts.statistics, inTurn: (piece) => turns.run(piece) }
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
    // What is forgotten goes by its id.
    const oldest = Math.ceil((now() - keepMs() + longestSessionMs) / dayMs) * dayMs
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
    const begun = new Map<string, Promise<Counted>>()
    /** All figures of one answer are of the same count, which may be too old for the next. */
    const count = (query: StatisticsQuery) => {
      const key = `${query.since} ${query.until} ${query.span}`
      const counted = begun.get(key) ?? this.#count(within, domains, query)
      begun.set(key, counted)
      return counted
    }
    const ofDomains = { ...within, domains }
    /** Rows of domains, where there are some, and those of people. */
    const both = async <Row>(
      query: StatisticsQuery,
      sums: (query: StatisticsQuery) => Promise<readonly Row[]>,
      of: (found: PeopleSums) => readonly Row[],
    ): Promise<Row[]> => [
      ...(domains.length === 0 ? [] : await sums({ ...query, within: ofDomains })),
      ...of((await count(query)).sums),
    ]
    return {
      async progress(query) {
        const { verdictsSince, completeUpTo } = await statistics.position()
        const { at, sums } = await count(query)
        const upTo = domains.length === 0 ? at - settleMs : Math.min(at - settleMs, completeUpTo)
        return { completeUpTo: upTo, verdictsSince, severalSince: sums.severalSince }
      },
      series: (query) =>
        both<SeriesRow>(
          query,
          (each) => statistics.series(each),
          ({ sums }) => sums,
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
          ({ sums }) => sums.filter(isBounce),
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

  /** One count for all figures of a page, and for all who look at it. @throws TooManyWaitError, NotCountedError */
  #count(
    within: Reach,
    domains: readonly string[],
    { since, until, span }: StatisticsQuery,
  ): Promise<Counted> {
    return this.#kept.of(JSON.stringify([within, since, until, span]), () =>
      this.#tenants.run(JSON.stringify(within.tenants), async () => {
        const at = this.#parts.now()
        return { at, sums: await countPeople(this.#counting, within, { since, until, span }, domains) }
      }),
    )
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
    async progress() {
      const { completeUpTo, verdictsSince } = await statistics.position()
      return { completeUpTo, verdictsSince, severalSince: null }
    },
    series: (query) => statistics.series(query),
    reasons: (query, limit) => statistics.reasons(query, limit),
    bounces: (query, limit) => statistics.bounces(query, limit),
    tops: (query, kind, limit) => statistics.tops(query, kind, limit),
  }
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
