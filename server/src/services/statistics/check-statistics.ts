import type { Alarms } from '#ground/platform/alarms.ts'
import type { LedgerStore, Tally } from '#services/ledger/ledger-store.ts'
import type { StatisticsStore } from './statistics-store.ts'

export interface CheckParts {
  readonly readStatistics: Pick<StatisticsStore, 'position' | 'sums'>
  readonly ledger: Pick<LedgerStore, 'tally'>
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>
  readonly now: () => number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What happens at the end of a day is written down, and summed up, some seconds later. */
const settledMs = 600_000

/**
 * Compares the statistics of each day with the ledger once it is over, and tells where they differ in two rounds in a row: one
 * may meet a figure that is just being summed up.
 */
export function createStatisticsCheck(parts: CheckParts): () => Promise<void> {
  let checked = 0
  let differedBefore = false
  return async () => {
    const { alarms, now } = parts
    const day = lastDay(now())
    if (day === checked) return
    const found = await compareDay(parts, day)
    // What is not summed up to its end yet is looked at again.
    if (found === null) return
    const [first] = found
    if (first !== undefined && !differedBefore) {
      differedBefore = true
      return
    }
    differedBefore = false
    checked = day
    if (first === undefined) return alarms.clear('statistics-differ', 'day')
    alarms.raise(
      'statistics-differ',
      'day',
      `statistics are not what the ledger has: ${first} (${found.length} such figures; see mailkeep audit)`,
    )
  }
}

/** The last day that is over, and had time to be taken down: its beginning (ms). */
export function lastDay(now: number): number {
  return Math.floor((now - settledMs) / dayMs) * dayMs - dayMs
}

/**
 * Where the statistics of a day differ from the ledger, in words; null: they do not reach to its end yet. What was
 * accepted is compared with the books, which keep all; of the rest only what is missing in statistics is told: mail that was
 * taken out of the ledger since, with a person or by its age, is in statistics still.
 */
export async function compareDay(
  { readStatistics, ledger }: Pick<CheckParts, 'readStatistics' | 'ledger'>,
  day: number,
): Promise<string[] | null> {
  if ((await readStatistics.position()).completeUpTo < day + dayMs) return null
  const counted = new Map<string, Tally>()
  // An hour at a time: others read between.
  for (let at = day; at < day + dayMs; at += hourMs)
    for (const each of await ledger.tally(at, at + hourMs)) {
      const known = counted.get(keyOf(each))?.deliveries ?? 0
      counted.set(keyOf(each), { ...each, deliveries: known + each.deliveries })
    }
  const sums = new Map((await readStatistics.sums(day)).map((each) => [keyOf(each), each]))
  const places = new Map(
    [...counted.values(), ...sums.values()].map(asCounted).map((each) => [keyOf(each), each]),
  )
  const date = new Date(day).toISOString().slice(0, 10)
  const found = [...places.values()].flatMap((place) => {
    const { tenant, direction, what } = place
    const sum = sums.get(keyOf(place))?.deliveries ?? 0
    const isBooked = what === 'accepted'
    const real = counted.get(keyOf(isBooked ? { ...place, what: 'booked' } : place))?.deliveries ?? 0
    if (isBooked ? sum === real : sum >= real) return []
    return [
      `${date} ${tenant} ${direction}: ${sum} ${what} in statistics, ${real} in the ${isBooked ? 'books' : 'ledger'}`,
    ]
  })
  return found.toSorted()
}

const asCounted = (each: Tally) => (each.what === 'booked' ? { ...each, what: 'accepted' } : each)
const keyOf = ({ tenant, direction, what }: Tally) => `${tenant}\n${direction}\n${what}`
