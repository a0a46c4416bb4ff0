import type { ReviewTimes } from './review-settings.ts'

const minuteMs = 60_000
const dayMinutes = 1440
/** What was due at the end of the hours may still be sent this much later: many mails take their time. */
const graceMinutes = 30

/**
 * When a mail about news should go. The times of a day begin at `from` and come again every so many minutes up to
 * `until`; one that was missed is made up for within the hours of that day.
 * @param newsSince when the first of it came
 * @returns the moment; not later than `now`: it is due
 */
export function nextReviewAt(times: ReviewTimes, newsSince: number, now: number): number {
  const today = localTime(times.zone, now)
  const past = lastSlot(times, today.minutes)
  if (times.days.has(today.day) && past !== null) {
    const slotAt = now - (today.minutes - past) * minuteMs
    const isInTime = today.minutes <= times.until || today.minutes - past <= graceMinutes
    if (slotAt > newsSince && isInTime) return slotAt
    const next = past + times.everyMinutes
    if (next <= times.until) return now + (next - today.minutes) * minuteMs
  }
  if (times.days.has(today.day) && past === null) return now + (times.from - today.minutes) * minuteMs
  for (let days = 1; days <= 8; days++) {
    const at = now + (days * dayMinutes - today.minutes + times.from) * minuteMs
    // Where the clocks change meanwhile this is an hour off; it is reckoned anew by then.
    if (times.days.has(localTime(times.zone, at).day)) return at
  }
  return now + 7 * dayMinutes * minuteMs
}

/** The last time of the day for a mail up to this minute; null: the first is yet to come. */
function lastSlot({ from, until, everyMinutes }: ReviewTimes, minutes: number): number | null {
  if (minutes < from) return null
  return from + Math.floor((Math.min(minutes, until) - from) / everyMinutes) * everyMinutes
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Day of the week and minutes after midnight, seconds as a fraction. */
function localTime(zone: string, at: number): { day: string; minutes: number } {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    formats.set(zone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const fraction = (at % minuteMs) / minuteMs
  return {
    day: (parts.weekday ?? '').toLowerCase(),
    minutes: Number(parts.hour) * 60 + Number(parts.minute) + fraction,
  }
}
