const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const names = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}'

/** Month from its English name or the beginning of it, from 1; 0: it is none. */
export function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3).toLowerCase()) + 1
}

/** `2024-02-30` is no day. */
export function dayOf(year: number, month: number, day: number): string | null {
  const at = new Date(Date.UTC(year, month - 1, day))
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.toISOString().slice(0, 10) : null
}

const moment = new RegExp(
  `^(${names}) (\\d{1,2}), (\\d{4}),? (?:at )?(\\d{1,2}):(\\d\\d)(?::(\\d\\d))? ?(am|pm)? (?:utc|gmt)$`,
  'i',
)

/** A moment as trackers print it (`Mar 20, 2023, 06:22 PM UTC`) or as in RFC 3339, in milliseconds; null: it is none. */
export function readTrackerMoment(text: string): number | null {
  const line = text.trim()
  if (/^\d{4}-\d\d-\d\dT[\d:.]{5,15}(?:Z|[+-]\d\d:?\d\d)$/.test(line)) {
    const at = Date.parse(line)
    return Number.isNaN(at) ? null : at
  }
  const found = moment.exec(line)
  if (!found) return null
  const [, name = '', day, year, hour, minute, second = '0', half] = found
  const date = dayOf(Number(year), monthOf(name), Number(day))
  if (date === null) return null
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(hour)
  if (hours > 23 || Number(minute) > 59) return null
  return Date.parse(`${date}T00:00:00Z`) + ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1000
}

const longDay = new RegExp(`^(${names}) (\\d{1,2}), (\\d{4})$`, 'i')

/** A day as headings print it (`October 7, 2024`), as `2024-10-07`; null: it is none. */
export function readHeadingDay(text: string): string | null {
  const found = longDay.exec(text.trim())
  return found ? dayOf(Number(found[3]), monthOf(found[1] ?? ''), Number(found[2])) : null
}

const unitMinutes: Readonly<Record<string, number>> = { w: 10_080, d: 1440, h: 60, m: 1, s: 1 / 60 }

/** A printed length (`17d 20h`, `3212h 56m`, `12m`) in whole minutes; null: it is none. */
export function readPrintedDuration(text: string): number | null {
  const words = text.trim().toLowerCase().split(/ +/)
  let minutes = 0
  for (const word of words) {
    const found = /^(\d{1,6})(w|d|h|m|s)$/.exec(word)
    if (!found) return null
    minutes += Number(found[1]) * (unitMinutes[found[2] ?? ''] ?? 0)
  }
  return Math.floor(minutes)
}
