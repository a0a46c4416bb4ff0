import { advanceTests } from './advance-tests.ts'
import { advanceTrips } from './advance-trips.ts'
import type { RadarParts } from './radar-parts.ts'
import { watchRadar } from './watch-radar.ts'

const keptMs = 90 * 86_400_000
const forgetEveryMs = 3_600_000

/** What is kept from round to round. */
export class RadarRounds {
  forgottenAt = 0
}

/** Everything of Radar that goes on by itself. A round that fails in one part does the others. */
export async function attendToRadar(parts: RadarParts, rounds: RadarRounds): Promise<void> {
  // What lies in a mailbox is known before trips and tests are judged.
  const looked = await Promise.allSettled([parts.lookIntoMailboxes()])
  const rest = await Promise.allSettled([advanceTests(parts), advanceTrips(parts), watchRadar(parts)])
  const ended = [...looked, ...rest]
  const now = parts.now()
  if (now - rounds.forgottenAt > forgetEveryMs) {
    rounds.forgottenAt = now
    await parts.radar.forgetBefore(now - keptMs)
  }
  const failed = ended.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
}
