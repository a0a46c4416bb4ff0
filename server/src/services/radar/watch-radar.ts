import type { RadarParts } from './radar-parts.ts'
import type { RadarTrip } from './radar-store.ts'

/** Tests and trips of this time are looked at together. */
const windowMs = 15 * 60_000
/** Fewer of them finished than this is our fault, and an alarm. */
const leastFinished = 0.95
/** Trips of a path that must have failed one after another. */
const failuresInTurn = 2
const recentTrips = 8
const shownIds = 5
const mostPaths = 2000

/** Raises alarms: of our own faults for operators, and of paths that mail does not get along. */
export async function watchRadar(parts: RadarParts): Promise<void> {
  await watchFinished(parts)
  const { readRadar, alarms } = parts
  const paths = await readRadar.paths(undefined, '', mostPaths)
  const known = new Set(paths.map((each) => each.address))
  for (const path of paths) {
    const since = parts.now() - recentTrips * path.everyMs * 2
    const ended = (await readRadar.trips(path.id, since, recentTrips)).filter((each) => isConclusive(each))
    watchPath(path.address, ended, parts)
  }
  for (const { name, subject } of alarms.open())
    if ((name === 'radar-path-failing' || name === 'radar-path-slow') && !known.has(subject))
      alarms.clear(name, subject)
}

/** D21: what never comes to an end is ours, and is told; it says nothing of any domain. */
async function watchFinished({ readRadar, alarms, now }: RadarParts): Promise<void> {
  const { passed, failed, inconclusive, unfinished } = await readRadar.finishedSince(now() - windowMs)
  const all = passed + failed + inconclusive
  if (all > 0 && (passed + failed) / all < leastFinished)
    alarms.raise(
      'radar-unfinished',
      'radar',
      `only ${passed + failed} of ${all} tests and round trips of the last 15 minutes came to an end; ${inconclusive} are inconclusive through a fault of ours: ${unfinished.slice(0, shownIds).join(', ')}`,
    )
  else alarms.clear('radar-unfinished', 'radar')
}

/** What we could not finish neither counts nor resets the count. */
function isConclusive({ state }: RadarTrip): boolean {
  return state === 'passed' || state === 'failed'
}

function watchPath(address: string, ended: readonly RadarTrip[], { alarms, times }: RadarParts): void {
  const latest = ended.slice(0, failuresInTurn)
  const [last] = latest
  if (last === undefined) return
  if (latest.length === failuresInTurn && latest.every((each) => each.state === 'failed'))
    alarms.raise('radar-path-failing', address, `round trips by ${address} fail: ${last.says}`)
  else if (last.state === 'passed') alarms.clear('radar-path-failing', address)
  const slow = (each: RadarTrip) =>
    each.state === 'passed' && each.repliedAt !== null && each.repliedAt - each.startedAt > times().slowMs
  if (latest.length === failuresInTurn && latest.every(slow))
    alarms.raise(
      'radar-path-slow',
      address,
      `round trips by ${address} take long: the last one ${Math.round(((last.repliedAt ?? 0) - last.startedAt) / 1000)} s`,
    )
  else if (last.state === 'passed' && !slow(last)) alarms.clear('radar-path-slow', address)
}
