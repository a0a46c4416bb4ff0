import { OrderError } from './order-error.ts'

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A moment as a question has it: `2026-11-21T09:00:00Z`, or `2h` for so long ago. @throws OrderError; `name` says where */
export function readTime(name: string, text: string, now: number): number {
  const [, count, unit = 'm'] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  if (count !== undefined) return now - Number(count) * (units[unit] ?? 0)
  const at = text.length > 40 ? Number.NaN : Date.parse(text)
  if (Number.isNaN(at))
    throw new OrderError(
      'wrong',
      `${name} is a moment such as 2026-11-21T09:00:00Z, or 2h or 7d for so long ago`,
    )
  return at
}
