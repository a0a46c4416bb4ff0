const hourForm = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })
// Days are those of UTC, as the figures are kept.
const dayForm = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const monthForm = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** How the points of a chart are named. */
export function dayOrHour(span: 'hour' | 'day'): (at: string) => string {
  const form = span === 'hour' ? hourForm : dayForm
  return (at) => form.format(new Date(at))
}

/** Stretches of time that are offered; `month` is the one before this, `this-month` up to now. */
export const ranges = ['day', '7-days', '30-days', 'this-month', 'month', 'year'] as const
export type RangeName = (typeof ranges)[number]

export const rangeWords: Readonly<Record<RangeName, string>> = {
  day: 'last 24 hours',
  '7-days': '7 days',
  '30-days': '30 days',
  'this-month': 'this month',
  month: 'last month',
  year: 'a year',
}

const dayMs = 86_400_000

/** From when to when a named stretch goes, for the API; whole minutes, so that the same question is the same. */
export function rangeOf(name: RangeName, now: number): { readonly since: string; readonly until: string } {
  const until = Math.ceil(now / 60_000) * 60_000
  const date = new Date(now)
  const monthStart = (offset: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1)
  const back = (days: number) => ({ since: iso(until - days * dayMs), until: iso(until) })
  switch (name) {
    case 'day':
      return back(1)
    case '7-days':
      return back(7)
    case '30-days':
      return back(30)
    case 'year':
      return back(365)
    case 'this-month':
      return { since: iso(monthStart(0)), until: iso(until) }
    case 'month':
      return { since: iso(monthStart(-1)), until: iso(monthStart(0)) }
  }
}

const iso = (at: number) => new Date(at).toISOString()

/** The month that a stretch lies in, for the head of a printed report. */
export function monthOf(since: string): string {
  return monthForm.format(new Date(since))
}
