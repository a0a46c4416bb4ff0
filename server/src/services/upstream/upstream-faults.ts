import type { Incident } from '#services/incidents/incident.ts'
import type { IncidentStore } from '#services/incidents/incident-store.ts'
import { type FeedSpec, providerOf } from './feed-spec.ts'
import type { FeedState, ToldByFeeds, UpstreamIncident, UpstreamStore } from './upstream-store.ts'

export interface UpstreamParts {
  readonly incidents: Pick<IncidentStore, 'list'>
  readonly upstream: Pick<UpstreamStore, 'told'>
  readonly specs: readonly FeedSpec[]
}

/** A fault of a receiver or a provider: begin and end by our own deliveries, with what its status page says beside. */
export interface UpstreamFault {
  /** The incident of ours. */
  readonly incident: string
  readonly name: string
  readonly hop: string
  /** Null: nobody has named the provider. */
  readonly provider: string | null
  readonly startedAt: number
  /** The last time that it was measured, once it is good again; null: it lasts. */
  readonly endedAt: number | null
  /** People have told the public of it. */
  readonly isPublic: boolean
  /** Incidents that the provider tells of the same time. */
  readonly theirs: readonly UpstreamIncident[]
  /** Since when the feed of the provider is silent, so that nothing is known from it; null: it is not, or there is none. */
  readonly silentSince: number | null
}

/** Providers tell late, and of more than one hour at once: so far apart it may still be the same. */
const slackMs = 2 * 3_600_000
const mostTold = 1000
/** A feed that has not answered for so many rounds is silent. */
const silentRounds = 3
const most = 200

/** What providers tell of faults that lasted after a moment. */
export function readTold(
  { upstream }: Pick<UpstreamParts, 'upstream'>,
  endedSince: number,
): Promise<ToldByFeeds> {
  return upstream.told(endedSince - slackMs, mostTold)
}

/**
 * Faults of others that measurements have found, newest first: open ones, and those that ended after a moment.
 * @param told what providers tell, where it was read already
 */
export async function upstreamFaults(
  parts: UpstreamParts,
  endedSince: number,
  everyMs: number,
  now: number,
  told?: ToldByFeeds,
): Promise<UpstreamFault[]> {
  const { incidents, specs } = parts
  const found = (await incidents.list({ isUpstream: true }, most)).filter(
    (each) => (measuredEnd(each) ?? now) > endedSince,
  )
  if (found.length === 0) return []
  const said = told ?? (await readTold(parts, endedSince))
  return found.flatMap((each) => toFault(each, said.incidents, said.feeds))

  function toFault(each: Incident, all: readonly UpstreamIncident[], states: readonly FeedState[]) {
    const { id, name, hop = null, startedAt, isPublic } = each
    if (hop === null) return []
    const provider = providerOf(specs, hop)?.name ?? null
    const endedAt = measuredEnd(each)
    const state = states.find((one) => one.name === provider)
    const theirs = all.filter(
      (one) => one.feed === provider && isBeside(one, startedAt, endedAt ?? now, state),
    )
    const silentSince = provider === null ? null : silentSinceOf(state, everyMs, now, startedAt)
    return [{ incident: id, name, hop, provider, startedAt, endedAt, isPublic, theirs, silentSince }]
  }
}

/** When deliveries were bad last, once they are good again; null: they still are. */
export function measuredEnd({ resolvedAt, quietSince, lastBadAt = null }: Incident): number | null {
  if (resolvedAt !== null) return resolvedAt
  return quietSince === null ? null : (lastBadAt ?? quietSince)
}

/** What a feed does not name any more, and told no end of, is known to have lasted until it was named last, and no longer. */
function isBeside(
  { startedAt, endedAt, seenAt }: UpstreamIncident,
  from: number,
  until: number,
  state: FeedState | undefined,
): boolean {
  const isNamed = seenAt >= (state?.changedAt ?? 0)
  const end = endedAt ?? (isNamed ? Math.max(seenAt, until) : seenAt)
  return startedAt <= until + slackMs && end >= from - slackMs
}

/** Since when a feed is silent; null: it is not. One that never answered is silent since a moment that is given. */
export function silentSinceOf(
  state: FeedState | undefined,
  everyMs: number,
  now: number,
  otherwise: number,
): number | null {
  const heard = state?.answeredAt ?? null
  if (heard === null) return otherwise
  return now - heard > silentRounds * everyMs ? heard : null
}
