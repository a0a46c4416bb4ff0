import type { ToldUpstream } from '#services/status/status-state.ts'
import type { MeasureStore } from '#services/watch/measure-store.ts'
import type { FeedSpec } from './feed-spec.ts'
import { type OwnDeliveries, ownDeliveries } from './own-deliveries.ts'
import {
  readTold,
  silentSinceOf,
  type UpstreamFault,
  type UpstreamParts,
  upstreamFaults,
} from './upstream-faults.ts'
import type { FeedState, ToldByFeeds, UpstreamIncident } from './upstream-store.ts'

/** A provider that is looked at: what it says, beside what our own deliveries say. */
export interface FeedView extends FeedSpec {
  /** Null: it was never asked. */
  readonly state: FeedState | null
  /** Since when it is silent: nothing is known from it; null: it answers. */
  readonly silentSince: number | null
  /** Newest first; those that it does not name any more and never ended are left out. */
  readonly incidents: readonly UpstreamIncident[]
  /** Our own deliveries of the last hour. */
  readonly own: OwnDeliveries
}

export interface UpstreamView {
  readonly faults: readonly UpstreamFault[]
  readonly feeds: readonly FeedView[]
}

/** What people and pages are told of faults of others. */
export interface UpstreamViews {
  /** Faults that measurements have found, open ones and those that ended after a moment, newest first. */
  faults(endedSince: number, now: number): Promise<UpstreamFault[]>
  /** The same faults beside what each provider says: both of one moment. */
  view(endedSince: number, now: number): Promise<UpstreamView>
  /** For everybody: faults of providers that the operator has named. */
  told(endedSince: number, now: number): Promise<ToldUpstream[]>
}

interface ViewParts extends UpstreamParts {
  readonly measures: Pick<MeasureStore, 'measures'>
  readonly everyMs: number
}

const hourMs = 3_600_000
const shownOfFeed = 50

/** Faults of others beside what each provider says; see UpstreamViews. */
export async function readView(parts: ViewParts, endedSince: number, now: number): Promise<UpstreamView> {
  const told = await readTold(parts, endedSince)
  const [faults, feeds] = await Promise.all([
    upstreamFaults(parts, endedSince, parts.everyMs, now, told),
    feedsOf(parts, told, endedSince, now),
  ])
  return { faults, feeds }
}

/** Each provider with its feed and our own deliveries to it. */
async function feedsOf(
  { measures, specs, everyMs }: ViewParts,
  { feeds, incidents }: ToldByFeeds,
  endedSince: number,
  now: number,
): Promise<FeedView[]> {
  const own = await ownDeliveries(measures, specs, now - hourMs, now)
  return specs.map((spec, at) => {
    const state = feeds.find((each) => each.name === spec.name && each.url === spec.url) ?? null
    const isListed = ({ endedAt, seenAt }: UpstreamIncident) =>
      endedAt !== null ? endedAt > endedSince : seenAt >= (state?.changedAt ?? 0)
    return {
      ...{ ...spec, state, own: own[at]! },
      silentSince: silentSinceOf(state ?? undefined, everyMs, now, state?.askedAt ?? now),
      incidents: incidents.filter((each) => each.feed === spec.name && isListed(each)).slice(0, shownOfFeed),
    }
  })
}

/** What of a fault is for everybody: only providers that the operator has named. */
export function toldOf(fault: UpstreamFault): ToldUpstream[] {
  const { incident, provider, startedAt, endedAt, theirs, silentSince } = fault
  if (provider === null) return []
  const said = theirs.slice(0, 3).map((each) => ({
    ...{ name: each.name, startedAt: each.startedAt, endedAt: each.endedAt },
  }))
  return [{ id: incident, provider, startedAt, endedAt, theirs: said, silentSince }]
}
