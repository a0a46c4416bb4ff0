const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }
const most = 4 * 3_600_000

/**
 * The time that a reply asks us to wait, in milliseconds; null: it names none. At most four hours: a reply is
 * not let to hold mail for longer than that.
 */
export function askedWaitMs(text: string): number | null {
  const found =
    /\b(?:in|after|for|wait|least|within|delay(?:ed)?) (?:about |another |at least )?(\d{1,6}) ?(s|m|h)(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?)?\b/i.exec(
      text.slice(0, 1000),
    )
  const clock = /\b(?:in|after|for) (\d{1,2}):(\d{2}):(\d{2})\b/i.exec(text.slice(0, 1000))
  if (clock) {
    const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map(Number)
    return Math.min(most, ((hours * 60 + minutes) * 60 + seconds) * 1000)
  }
  if (!found) return null
  const ms = Number(found[1]) * (units[(found[2] ?? 's').toLowerCase()] ?? 1000)
  return ms > 0 ? Math.min(most, ms) : null
}
