import { UseError } from './arguments.ts'

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads a moment: an ISO time such as 2026-05-01T08:00, or how long ago it was: 2h, 15m, 7d. @throws UseError */
export function readMoment(text: string, now: number): number {
  const ago = /^(\d+(?:\.\d+)?)\s*([smhd])(?:\s+ago)?$/.exec(text.trim())
  if (ago) return now - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0)
  const at = /^\d{4}-\d\d-\d\d/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN
  if (Number.isNaN(at))
    throw new UseError(`${text} is no time; write 2026-05-01T08:00, or 2h for two hours ago`)
  return at
}
