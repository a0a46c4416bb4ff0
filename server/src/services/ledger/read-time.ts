import { parseMoment } from '#ground/platform/parse-moment.ts'
import { OrderError } from './order-error.ts'

/** A moment as a question has it: `2026-11-21T09:00:00Z`, or `2h` for so long ago. @throws OrderError; `name` says where */
export function readTime(name: string, text: string, now: number): number {
  const at = parseMoment(text, now, false)
  if (at === null)
    throw new OrderError(
      'wrong',
      `${name} is a moment such as 2026-11-21T09:00:00Z, or 2h or 7d for so long ago`,
    )
  return at
}
