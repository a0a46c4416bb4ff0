import { dayOf, monthOf } from './read-moment.ts'

/** A day that a text names. `year` null: it does not say which; `weekday` 0 is Sunday, null: not said. */
export interface ToldDay {
  readonly year: number | null
  readonly month: number
  readonly day: number
  readonly weekday: number | null
}

/** A day as found: what it says, and what in it does not agree. */
export interface ResolvedDay {
  readonly day: string
  readonly conflict: string | null
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const parts = ['morning', 'afternoon', 'evening', 'night']
const word = /[A-Za-z]+\.?|\d{1,4}(?:st|nd|rd|th)?\b|[,/]/g

/**
 * Days that a text names with a month in letters: `May 28, 2025`, `Tuesday, October 11`, `Mon afternoon, Aug 8`.
 * Days in figures alone are left: 12/1/22 is one day here and another day there.
 */
export function toldDays(text: string): ToldDay[] {
  const words = text.match(word) ?? []
  const found: ToldDay[] = []
  for (const [at, each] of words.entries()) {
    const month = isMonth(each) ? monthOf(each) : 0
    const day = Number(/^(\d{1,2})(?:st|nd|rd|th)?$/.exec(words[at + 1] ?? '')?.[1] ?? 0)
    if (month === 0 || day === 0 || day > 31) continue
    const next = words[at + 2] === ',' ? words[at + 3] : words[at + 2]
    const year = /^(?:19|20)\d\d$/.test(next ?? '') ? Number(next) : null
    found.push({ year, month, day, weekday: weekdayBefore(words.slice(Math.max(0, at - 3), at)) })
  }
  return found
}

function isMonth(text: string): boolean {
  return /^(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?$/i.test(
    text,
  )
}

function weekdayBefore(words: readonly string[]): number | null {
  const left = words.filter((each) => each !== ',' && !parts.includes(each.toLowerCase()))
  const last = left.at(-1)?.toLowerCase().replace('.', '') ?? ''
  return /^(?:(?:sun|mon|fri)(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|sat(?:urday)?)$/.test(
    last,
  )
    ? weekdays.indexOf(last.slice(0, 3))
    : null
}

/**
 * The day that a text means, within what is known of its time. A day without a year counts only with its weekday,
 * which tells the year; where none fits, the year is that of the time around it, and the conflict is told.
 * @param around the earliest and the latest day that it can be; null: open
 */
export function resolveDay(
  told: ToldDay,
  around: readonly [string | null, string | null],
): ResolvedDay | null {
  const { year, weekday } = told
  const [from, to] = around
  if (year !== null) {
    const day = dayOf(year, told.month, told.day)
    return day === null ? null : { day, conflict: weekdayConflict(day, weekday) }
  }
  if (weekday === null || (from === null && to === null)) return null
  const last = Number((to ?? `${Number(from?.slice(0, 4)) + 4}`).slice(0, 4))
  const first = from === null ? last - 6 : Number(from.slice(0, 4))
  const days = [...Array(last - first + 1).keys()]
    .flatMap((n) => dayOf(last - n, told.month, told.day) ?? [])
    .filter((day) => (from === null || day >= from) && (to === null || day <= to))
  const fitting = days.find((day) => weekdayOf(day) === weekday)
  if (fitting) return { day: fitting, conflict: null }
  return days.length === 1 && days[0] ? { day: days[0], conflict: weekdayConflict(days[0], weekday) } : null
}

function weekdayConflict(day: string, weekday: number | null): string | null {
  if (weekday === null || weekdayOf(day) === weekday) return null
  return `the text says ${weekdays[weekday]}, ${day} was ${weekdays[weekdayOf(day)]}`
}

function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay()
}
