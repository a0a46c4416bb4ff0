import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { FeedSpec } from './feed-spec.ts'
import { silentSinceOf } from './upstream-faults.ts'
import type { FeedState } from './upstream-store.ts'

/**
 * Says which status pages of providers cannot be read: silent for three rounds, or never readable since they were named.
 * How the provider does is unknown then; it is not said to be down.
 */
export function watchFeeds(
  alarms: Pick<Alarms, 'raise' | 'clear' | 'open'>,
  specs: readonly FeedSpec[],
  states: readonly FeedState[],
  everyMs: number,
  now: number,
): void {
  const silent = new Set<string>()
  for (const { name, url } of specs) {
    const state = states.find((each) => each.name === name && each.url === url)
    // One that was asked for the first time just now may still be under way.
    if (!state || (state.answeredAt === null && state.fault === '')) continue
    const since = silentSinceOf(state, everyMs, now, state.askedAt)
    if (since === null) continue
    silent.add(name)
    const when =
      state.answeredAt === null ? 'has not been readable yet' : `was read last at ${utcWords(since)}`
    const why = state.fault === '' ? 'it is not asked any more' : state.fault
    alarms.raise(
      'upstream-silent',
      name,
      `what ${name} says of its own faults ${when} (${why}); whether it has one is unknown from there. See whether ${url} in upstream.feeds is right`,
    )
  }
  for (const { name, subject } of alarms.open())
    if (name === 'upstream-silent' && !silent.has(subject)) alarms.clear(name, subject)
}
