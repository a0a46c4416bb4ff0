/** Settings of levels that say for how many days mail is kept. */
export const keptDaysNames = ['quarantine.days', 'returned.days', 'held.days'] as const

/** What is no number of days, such as `site` or a word of a later version, is the site's: longer, so nothing is lost. */
export function daysOf(value: string | undefined): number {
  return value !== undefined && /^[1-9]\d{0,3}$/.test(value) ? Number(value) : Number.POSITIVE_INFINITY
}

/** Instead of the moment when a longer time ends: nobody knows it yet, since a loss is held back. */
export const noEndYet = Date.UTC(9999, 11, 31)
