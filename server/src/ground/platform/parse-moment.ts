const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const ago = /^(\d{1,6}(?:\.\d{1,3})?)\s*([smhd])(?:\s+ago)?$/
const moment = /^(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/

/**
 * A moment as people and programs write it, in milliseconds since 1970: `2026-05-01T08:00:00Z`, `2026-05-01` (its beginning
 * in UTC), or how long ago: `2h`, `1.5h`, `90s ago`. Null: anything else. `Date.parse` takes a mere `7` for a day of 2001, and
 * an order to delete by it would mean everything.
 * @param isHere a time of day without a zone is of this machine; otherwise it is nothing, since nobody knows where it is meant
 */
export function parseMoment(text: string, now: number, isHere: boolean): number | null {
  const told = text.trim()
  const [, count, unit = ''] = ago.exec(told) ?? []
  if (count !== undefined) return Math.round(now - Number(count) * (units[unit] ?? 0))
  const [, day, zone] = moment.exec(told) ?? []
  if (day === undefined || !isDay(day) || (!isHere && zone === undefined && told !== day)) return null
  const at = Date.parse(told.replace(' ', 'T'))
  return Number.isNaN(at) ? null : at
}

/** There is no 30 February, which would be read as a day of March. */
function isDay(day: string): boolean {
  const at = Date.parse(day)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
}
