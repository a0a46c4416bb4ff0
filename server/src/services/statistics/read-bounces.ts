import type { Reach } from '#services/ledger/ledger-store.ts'
import { queryOf } from './read-statistics.ts'
import type { BounceRow, StatisticsStore } from './statistics-store.ts'

/** How often mail to the world met with one class of answer. */
export interface BounceCounts {
  readonly class: string
  readonly returned: number
  readonly deferred: number
}

export interface Bounces {
  readonly span: 'hour' | 'day'
  readonly since: number
  readonly until: number
  /** What came back at each time, by class; all times of the range. */
  readonly points: readonly { readonly at: number; readonly classes: readonly BounceCounts[] }[]
  /** Most often first. */
  readonly classes: readonly BounceCounts[]
  /** The same by receiver too; receiver empty: none of those that are known by name. */
  readonly receivers: readonly (BounceCounts & { readonly receiver: string })[]
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const mostRows = 20_000
const linesShown = 100

/** What receivers have said of mail to the world between two moments. */
export async function readBounces(
  store: Pick<StatisticsStore, 'bounces'>,
  within: Reach | null,
  range: { readonly since: number; readonly until: number },
): Promise<Bounces> {
  const query = queryOf(within, range)
  const rows = await store.bounces(query, mostRows)
  const step = query.span === 'hour' ? hourMs : dayMs
  const byTime = Map.groupBy(rows, (each) => each.at)
  const points: Bounces['points'][number][] = []
  for (let at = query.since; at < query.until; at += step)
    points.push({ at, classes: sum(byTime.get(at) ?? [], classOf) })
  return {
    ...{ span: query.span, since: query.since, until: query.until, points },
    classes: sum(rows, classOf),
    receivers: sum(rows, ({ reason }) => reason)
      .slice(0, linesShown)
      .map(({ class: reason, ...counts }) => ({
        ...counts,
        class: classOf({ reason }),
        receiver: reason.includes(' ') ? reason.slice(reason.indexOf(' ') + 1) : '',
      })),
  }
}

const classOf = ({ reason }: Pick<BounceRow, 'reason'>) => reason.split(' ', 1)[0] ?? ''

function sum(rows: readonly BounceRow[], keyOf: (row: BounceRow) => string): BounceCounts[] {
  const sums = new Map<string, { returned: number; deferred: number }>()
  for (const row of rows) {
    const counts = sums.get(keyOf(row)) ?? { returned: 0, deferred: 0 }
    counts[row.what === 'class-returned' ? 'returned' : 'deferred'] += row.deliveries
    sums.set(keyOf(row), counts)
  }
  return [...sums]
    .map(([key, counts]) => ({ class: key, ...counts }))
    .sort((a, b) => b.returned - a.returned || b.deferred - a.deferred || a.class.localeCompare(b.class))
}
