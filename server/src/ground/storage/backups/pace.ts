import type { Pace } from './page-pack.ts'
import { rest } from './rest.ts'

/** Rests that are shorter are saved up. */
const leastRestMs = 20

/** Keeps reading and writing below a rate, so that mail has the disk too; it stands still for that, with its thread. */
export function createPace(bytesPerSecond: number): Pace {
  let [bytes, since] = [0, performance.now()]
  return (more) => {
    bytes += more
    const ahead = (bytes / bytesPerSecond) * 1000 - (performance.now() - since)
    if (ahead >= leastRestMs) rest(ahead)
    // What was not used is not saved up.
    if (ahead < 0) [bytes, since] = [0, performance.now()]
  }
}
