const zones: Readonly<Record<string, string>> = {
  ...{ et: 'America/New_York', est: 'America/New_York', edt: 'America/New_York' },
  ...{ ct: 'America/Chicago', cst: 'America/Chicago', cdt: 'America/Chicago' },
  ...{ mt: 'America/Denver', mst: 'America/Denver', mdt: 'America/Denver' },
  ...{ pt: 'America/Los_Angeles', pst: 'America/Los_Angeles', pdt: 'America/Los_Angeles' },
  ...{ utc: 'UTC', gmt: 'UTC', cet: 'Europe/Berlin', cest: 'Europe/Berlin' },
}
const begin =
  /\b(?:from|since|at|between|starting at|started at|beginning at) (?:approximately |about |around )?(\d{1,2})(?::(\d\d))? ?(am|pm) ([a-z]{2,4})\b/i

/**
 * The moment at which a text says that it began: a time of day with its zone, on a day that is known. In milliseconds;
 * null: it says none.
 * @param day as `2024-10-07`, there
 */
export function toldStart(texts: readonly string[], day: string): number | null {
  for (const text of texts) {
    const found = begin.exec(text)
    const zone = zones[(found?.[4] ?? '').toLowerCase()]
    if (!found || !zone) continue
    const hour = (Number(found[1]) % 12) + ((found[3] ?? '').toLowerCase() === 'pm' ? 12 : 0)
    const utc = Date.parse(`${day}T00:00:00Z`) + (hour * 60 + Number(found[2] ?? 0)) * 60_000
    return utc - offsetMs(utc, zone)
  }
  return null
}

/** How far a zone is ahead of UTC at a moment (its own clock read as UTC; the hour of a change is told twice anyway). */
function offsetMs(at: number, zone: string): number {
  const words = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(at)
  const part = (type: string) => Number(words.find((each) => each.type === type)?.value ?? 0)
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    Math.floor(at / 1000) * 1000
  )
}
