import type { Severity } from '#ground/platform/alarm-kinds.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** Days as calendars write them, from Sunday as `Date` counts. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof weekdays)[number]

/** When somebody does not want to hear of what can wait. */
export interface QuietHours {
  /** Days on which a stretch begins; none: every day. */
  readonly days: readonly Weekday[]
  /** `HH:MM` by the clock of that zone; an end that is not after the beginning is on the next day. */
  readonly from: string
  readonly to: string
  /** Name of a time zone, such as `Europe/Berlin`. */
  readonly zone: string
  /** Whether critical alarms wait too. */
  readonly holdsCritical: boolean
}

const dayMs = 86_400_000
const timeForm = /^([01]\d|2[0-3]):([0-5]\d)$/
/** Stretches that follow on each other end somewhere within a week, or never. */
const mostStretches = 8

/** @throws OrderError what cannot be kept to */
export function checkQuietHours(given: QuietHours): QuietHours {
  const wrong = (text: string) => new OrderError('wrong', `quiet hours: ${text}`)
  for (const time of [given.from, given.to])
    if (!timeForm.test(time)) throw wrong(`${time.slice(0, 20)} is no time such as 22:00`)
  if (given.zone.length > 64 || !isZone(given.zone))
    throw wrong(`${given.zone.slice(0, 64)} is no time zone such as Europe/Berlin`)
  const unknown = given.days.find((each) => !weekdays.includes(each))
  if (unknown !== undefined) throw wrong(`${String(unknown).slice(0, 20)} is no day such as mon`)
  const days = weekdays.filter((each) => given.days.includes(each))
  if (given.from === given.to && days.length % 7 === 0)
    throw wrong('they would never end; name fewer days, or another end')
  return { ...given, days: days.length === 7 ? [] : days }
}

/** What was found last of some quiet hours: thousands of alarms ask the same within a round, and zones are slow. */
const foundLast = new WeakMap<QuietHours, { readonly at: number; readonly end: number | null }>()

/** When the quiet hours end that a moment lies in; null: it lies in none. */
export function quietEnd(quiet: QuietHours, at: number): number | null {
  const last = foundLast.get(quiet)
  if (last && (last.at === at || (last.end !== null && last.at < at && at < last.end))) return last.end
  const end = findQuietEnd(quiet, at)
  foundLast.set(quiet, { at, end })
  return end
}

function findQuietEnd(quiet: QuietHours, at: number): number | null {
  let end: number | null = null
  for (let n = 0; n < mostStretches; n++) {
    const next = endOfStretch(quiet, end ?? at)
    if (next === null) return end
    end = next
  }
  return end
}

/** Whether something of this severity is told at a moment. */
export function mayTell(quiet: QuietHours | null, severity: Severity, at: number): boolean {
  return quiet === null || (severity === 'critical' && !quiet.holdsCritical) || quietEnd(quiet, at) === null
}

function endOfStretch({ days, from, to, zone }: QuietHours, at: number): number | null {
  const today = localTime(zone, at)
  // One that began yesterday may last over midnight.
  for (const date of [startOfDay(today) - dayMs, startOfDay(today)]) {
    const day = weekdays[new Date(date).getUTCDay()]
    if (days.length > 0 && !(day && days.includes(day))) continue
    const start = instantOf(zone, date + minutesOf(from))
    const end = instantOf(zone, date + minutesOf(to) + (minutesOf(to) <= minutesOf(from) ? dayMs : 0))
    if (at >= start && at < end) return end
  }
  return null
}

function minutesOf(time: string): number {
  const [, hours = '0', minutes = '0'] = timeForm.exec(time) ?? []
  return (Number(hours) * 60 + Number(minutes)) * 60_000
}

const startOfDay = (local: number) => Math.floor(local / dayMs) * dayMs

/**
 * The moment at which clocks of a zone show a time. A time that comes twice is meant the first time; one that is left
 * out when clocks are put forward comes as much later as they are put.
 * @param local the time that they show, as if it were UTC (ms)
 */
function instantOf(zone: string, local: number): number {
  const offsets = [local - dayMs, local + dayMs].map((each) => localTime(zone, each) - each)
  const moments = offsets.map((each) => local - each).sort((a, b) => a - b)
  return moments.find((each) => localTime(zone, each) === local) ?? moments.at(-1) ?? local
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What clocks of a zone show at a moment, as if it were UTC (ms), to the second. */
function localTime(zone: string, at: number): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const numeric = 'numeric' as const
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-hc-h23', {
    ...{ timeZone: zone, year: numeric, month: numeric, day: numeric },
    ...{ hour: numeric, minute: numeric, second: numeric },
  })
  formats.set(zone, format)
  return format
}

function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}
