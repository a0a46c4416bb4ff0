import { delayBuckets, percentileOf } from '#ground/platform/delay-buckets.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { SeriesRow, StatisticsQuery, StatisticsStore } from './statistics-store.ts'

/** What is counted of mail, for a stretch of time. */
export const figureNames = [
  'accepted',
  'refused',
  'delivered',
  'returned',
  'quarantined',
  'held',
  'discarded',
  'deferred',
] as const
export type FigureName = (typeof figureNames)[number]
export type Figures = Record<FigureName, number>

/** What mail may be judged to be; see flow/inspection/verdict.ts. */
export const verdictNames = [
  'clean',
  'bulk',
  'spam',
  'phishing',
  'spoof',
  'virus',
  'policy',
  'unscanned',
] as const
export type VerdictFigures = Record<(typeof verdictNames)[number], number>

/** How long deliveries took, in seconds: at most so long for this share of them; null: there were none. */
export interface Delays {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export interface Point extends Figures {
  readonly at: number
  readonly verdicts: VerdictFigures
  readonly delay: Delays
  /** Most that waited at a time; null: that is not counted of less than a tenant. */
  readonly queue: number | null
}

export interface Statistics {
  readonly span: 'hour' | 'day'
  readonly since: number
  readonly until: number
  readonly points: Point[]
  readonly totals: Figures & { readonly delay: Delays; readonly verdicts: VerdictFigures }
  readonly directions: (Figures & { readonly direction: string })[]
  readonly reasons: { what: string; reason: string; deliveries: number }[]
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Longer ranges are shown by day. */
const longestByHour = 3 * dayMs
const mostDays = 400
const reasonsShown = 12

/** What has happened to mail between two moments, of whom is asked for. */
export async function readStatistics(
  store: Pick<StatisticsStore, 'series' | 'reasons'>,
  within: Reach | null,
  range: { readonly since: number; readonly until: number },
): Promise<Statistics> {
  const query = queryOf(within, range)
  const [rows, reasons] = await Promise.all([store.series(query), store.reasons(query, reasonsShown)])
  const step = query.span === 'hour' ? hourMs : dayMs
  const points: Point[] = []
  const byTime = Map.groupBy(rows, (each) => each.at)
  for (let at = query.since; at < query.until; at += step) {
    const here = byTime.get(at) ?? []
    points.push({
      at,
      ...figuresOf(here),
      verdicts: verdictsOf(here),
      delay: delaysOf(here),
      queue: within?.domains ? null : most(here, 'queue'),
    })
  }
  const directions = [...Map.groupBy(rows, (each) => each.direction)]
    .filter(([direction]) => direction !== '')
    .map(([direction, of]) => ({ direction, ...figuresOf(of) }))
  return {
    span: query.span,
    since: query.since,
    until: query.until,
    points,
    totals: { ...figuresOf(rows), verdicts: verdictsOf(rows), delay: delaysOf(rows) },
    directions,
    reasons,
  }
}

/** Whole hours or days that a range touches, and not more than are kept. */
export function queryOf(
  within: Reach | null,
  { since, until }: { readonly since: number; readonly until: number },
): StatisticsQuery {
  const span = until - since <= longestByHour ? 'hour' : 'day'
  const step = span === 'hour' ? hourMs : dayMs
  const end = Math.ceil(until / step) * step
  const start = Math.max(Math.floor(since / step) * step, end - mostDays * dayMs)
  return { within, span, since: start, until: end }
}

function figuresOf(rows: readonly SeriesRow[]): Figures {
  const figures = Object.fromEntries(figureNames.map((name) => [name, 0])) as Figures
  for (const { what, deliveries } of rows) if (what in figures) figures[what as FigureName] += deliveries
  return figures
}

/** Mail that was judged anew counts once more. */
function verdictsOf(rows: readonly SeriesRow[]): VerdictFigures {
  const sumOf = (name: string) =>
    rows.reduce((sum, each) => (each.what === `verdict-${name}` ? sum + each.deliveries : sum), 0)
  return Object.fromEntries(verdictNames.map((name) => [name, sumOf(name)])) as VerdictFigures
}

function most(rows: readonly SeriesRow[], what: string): number {
  return rows.reduce((sum, each) => (each.what === what ? Math.max(sum, each.deliveries) : sum), 0)
}

function delaysOf(rows: readonly SeriesRow[]): Delays {
  const counts = delayBuckets.map((bucket) =>
    rows.reduce((sum, each) => (each.what === `delay-${bucket}` ? sum + each.deliveries : sum), 0),
  )
  return { p50: percentileOf(counts, 50), p95: percentileOf(counts, 95), p99: percentileOf(counts, 99) }
}
