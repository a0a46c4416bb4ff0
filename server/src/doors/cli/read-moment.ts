import { parseMoment } from '#ground/platform/parse-moment.ts'
import { UseError } from './arguments.ts'

/** Reads a moment: an ISO time such as 2026-05-01T08:00, or how long ago it was: 2h, 15m, 7d. @throws UseError */
export function readMoment(text: string, now: number): number {
  const at = parseMoment(text, now, true)
  if (at === null) throw new UseError(`${text} is no time; write 2026-05-01T08:00, or 2h for two hours ago`)
  return at
}
