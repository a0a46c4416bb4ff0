import type { MeasuredRow, MeasureStore } from '#services/watch/measure-store.ts'
import { type FeedSpec, providerOf } from './feed-spec.ts'

/** What our own tries at the next hops of a provider came to. */
export interface OwnDeliveries {
  readonly provider: string
  /** Tries that ended, of which so many were put off. None: nothing can be said. */
  readonly tries: number
  readonly deferred: number
  /** The first and the last that were put off (ms, by periods of `watch.period`); null: none was. */
  readonly firstDeferredAt: number | null
  readonly lastDeferredAt: number | null
}

const tried: ReadonlySet<string> = new Set(['delivered', 'deferred', 'returned'])
const mostRows = 50_000

/** Our own deliveries to each provider since a moment; measurements are kept for six hours. */
export async function ownDeliveries(
  measures: Pick<MeasureStore, 'measures'>,
  specs: readonly FeedSpec[],
  since: number,
  now: number,
): Promise<OwnDeliveries[]> {
  const rows = specs.length === 0 ? [] : await measures.measures(since, now, mostRows)
  const counted = rows.filter(
    ({ name, hop, tenants }) => tried.has(name) && hop !== '' && tenants !== 'probe',
  )
  return specs.map((spec) =>
    sumOf(
      spec,
      counted.filter((each) => providerOf([spec], each.hop) !== null),
    ),
  )
}

function sumOf({ name: provider }: FeedSpec, rows: readonly MeasuredRow[]): OwnDeliveries {
  const deferred = rows.filter((each) => each.name === 'deferred' && each.count > 0)
  const moments = deferred.map((each) => each.at)
  return {
    provider,
    tries: rows.reduce((sum, each) => sum + each.count, 0),
    deferred: deferred.reduce((sum, each) => sum + each.count, 0),
    firstDeferredAt: moments.length === 0 ? null : Math.min(...moments),
    lastDeferredAt: moments.length === 0 ? null : Math.max(...moments),
  }
}
