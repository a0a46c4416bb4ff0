const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Zones by name (RFC 5322, 4.3), in minutes. Military letters and unknown names count as -0000, as that section asks. */
const zones: Readonly<Record<string, number>> = {
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  // Not in the RFC, but met in mail of European senders.
  cet: 60,
  cest: 120,
  bst: 60,
}

const pattern =
  /^(?:[a-z]{2,9}\.?\s?,?\s?)?(\d{1,2})[\s-]{1,4}([a-z]{3})[a-z]{0,6}\.?[\s-]{1,4}(\d{2,4})[\s,]{1,4}(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d{1,6})?)?\s*(?:([+-])(\d{2}):?(\d{2})|([a-z]{1,5}))?(?![:\w])/i

/**
 * Reads a date-time (RFC 5322, 3.3 and 4.3), leniently: day name, seconds and zone may be missing,
 * years may have two digits, comments are skipped. Without a zone UTC is meant.
 * @returns milliseconds since 1970, or null
 */
export function parseMailDate(text: string): number | null {
  const match = pattern.exec(withoutComments(text.slice(0, 200)))
  if (!match) return null
  const [, day, month, year, hour, minute, second = '0', sign, zoneHours, zoneMinutes, zoneName] = match
  const monthIndex = months.indexOf(month!.toLowerCase())
  const fullYear = expandYear(year!)
  if (monthIndex < 0 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null
  const local = Date.UTC(fullYear, monthIndex, Number(day), Number(hour), Number(minute), Number(second))
  if (new Date(Date.UTC(fullYear, monthIndex, Number(day))).getUTCDate() !== Number(day)) return null
  const offset = sign
    ? (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes))
    : (zones[zoneName?.toLowerCase() ?? ''] ?? 0)
  return local - offset * 60_000
}

/** A date-time for Date and Received fields, in UTC: `Tue, 03 Sep 2025 10:00:00 +0000`. */
export function formatMailDate(timeMs: number): string {
  const date = new Date(timeMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const month = months[date.getUTCMonth()]!
  const day = `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${month[0]!.toUpperCase()}${month.slice(1)}`
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  return `${day} ${String(date.getUTCFullYear()).padStart(4, '0')} ${time} +0000`
}

/** Two digits: 00 to 49 are 2000 to 2049, others of the last century; three digits count from 1900 (RFC 5322, 4.3). */
function expandYear(text: string): number {
  const year = Number(text)
  if (text.length === 2) return year < 50 ? 2000 + year : 1900 + year
  return text.length === 3 ? 1900 + year : year
}

function withoutComments(text: string): string {
  let depth = 0
  let result = ''
  for (const character of text) {
    if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth === 0) result += character
  }
  return result.trim().replace(/\s+/g, ' ')
}
