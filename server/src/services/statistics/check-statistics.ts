import type { Alarms } from '#ground/platform/alarms.ts'
import type { LedgerStore, Stretch, Tally } from '#services/ledger/ledger-store.ts'
import type { StatisticsStore } from './statistics-store.ts'

export interface CheckParts {
  readonly readStatistics: Pick<StatisticsStore, 'position' | 'sums'>
  readonly ledger: Pick<LedgerStore, 'tally' | 'tallyRefused'>
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>
  /** Subjects that an alarm was open about since then, by whichever process, but for those that people have called wrong. */
  readonly toldSince: (alarm: string, since: number) => Promise<readonly string[]>
  readonly now: () => number
  /** Waits a moment between two pieces, for others who read. */
  readonly rest: () => Promise<void>
}

const dayMs = 86_400_000
/** What is counted by one call: a day of a busy site holds up nobody who reads. */
const pieceMs = 300_000
/** The id of a refusal is made when its session speaks of it, a little before or after its moment. */
const idSlackMs = 3_600_000
/** What happens at the end of a day is written down, and summed up, some seconds later. */
const settledMs = 600_000

/** A day that was told to differ is compared again each day for so long. */
const toldForMs = 30 * dayMs

/**
 * Compares the statistics of each day with the ledger once it is over, and tells where they differ in two rounds in a row: one
 * may meet a figure that is just being summed up. A day that was told to differ stays so until its own figures agree, whatever
 * other days are like, also where the process is another one by then.
 */
export function createStatisticsCheck(parts: CheckParts): () => Promise<void> {
  const { alarms, now } = parts
  let newest = 0
  let due: number[] = []
  let suspected = 0
  let told: Set<number> | null = null
  return async () => {
    told ??= await toldDays(parts)
    const last = lastDay(now())
    if (last !== newest) {
      newest = last
      due = [...new Set([...told, last])]
    }
    const [day] = due
    if (day === undefined) return
    const found = await compareDay(parts, day)
    // What is not summed up to its end yet is looked at again.
    if (found === null) return
    const [first] = found
    if (first !== undefined && suspected !== day && !told.has(day)) {
      suspected = day
      return
    }
    due.shift()
    const date = dateOf(day)
    if (first === undefined || day < last - toldForMs) {
      told.delete(day)
      return alarms.clear('statistics-differ', date)
    }
    told.add(day)
    alarms.raise(
      'statistics-differ',
      date,
      `statistics are not what the ledger has: ${first} (${found.length} such figures; see mailkeep audit --day ${date})`,
    )
  }
}

/** Days that an alarm tells of, or did lately: it may have ended with the process that told of it. */
async function toldDays({ toldSince, now }: CheckParts): Promise<Set<number>> {
  const days = (await toldSince('statistics-differ', now() - toldForMs)).map((date) => Date.parse(date))
  return new Set(days.filter((day) => day >= lastDay(now()) - toldForMs))
}

/** A day as its alarm and `mailkeep audit --day` call it. */
export function dateOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10)
}

/** The last day that is over, and had time to be taken down: its beginning (ms). */
export function lastDay(now: number): number {
  return Math.floor((now - settledMs) / dayMs) * dayMs - dayMs
}

/**
 * Where the statistics of a day differ from the ledger, in words; null: they do not reach to its end yet. What was
 * accepted is compared with the books, which keep all; of the rest only what is missing in statistics is told: mail that was
 * taken out of the ledger since, with a person or by its age, is in statistics still. Refusals are compared where all of the
 * day were followed in the order of writing, and what mail was judged to be where that was counted all day.
 */
export async function compareDay(
  { readStatistics, ledger, rest }: Pick<CheckParts, 'readStatistics' | 'ledger' | 'rest'>,
  day: number,
): Promise<string[] | null> {
  const { completeUpTo, followedSince, verdictsSince } = await readStatistics.position()
  if (completeUpTo < day + dayMs) return null
  const hasRefusals = followedSince !== null && followedSince <= day
  const hasVerdicts = verdictsSince !== null && verdictsSince <= day
  const counted = await countDay({ ledger, rest }, { since: day, until: day + dayMs }, hasRefusals)
  const sums = new Map((await readStatistics.sums(day)).map((each) => [keyOf(each), each]))
  const places = new Map(
    [...counted.values(), ...sums.values()].map(asCounted).map((each) => [keyOf(each), each]),
  )
  const date = dateOf(day)
  const found = [...places.values()].flatMap((place) => {
    const { tenant, direction, what } = place
    if (what.startsWith('verdict-') && !hasVerdicts) return []
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

/** What the ledger and the books have of a stretch, in pieces with a rest behind each. */
async function countDay(
  { ledger, rest }: Pick<CheckParts, 'ledger' | 'rest'>,
  within: Stretch,
  hasRefusals: boolean,
): Promise<Map<string, Tally>> {
  const counted = new Map<string, Tally>()
  const count = async (stretch: Stretch, read: (piece: Stretch) => Promise<Tally[]>) => {
    for (let since = stretch.since; since < stretch.until; since += pieceMs) {
      for (const each of await read({ since, until: since + pieceMs })) {
        const known = counted.get(keyOf(each))?.deliveries ?? 0
        counted.set(keyOf(each), { ...each, deliveries: known + each.deliveries })
      }
      await rest()
    }
  }
  await count(within, ({ since, until }) => ledger.tally(since, until))
  const ids = { since: within.since - idSlackMs, until: within.until + idSlackMs }
  if (hasRefusals) await count(ids, (piece) => ledger.tallyRefused(piece, within))
  return counted
}

const asCounted = (each: Tally) => (each.what === 'booked' ? { ...each, what: 'accepted' } : each)
const keyOf = ({ tenant, direction, what }: Tally) => `${tenant}\n${direction}\n${what}`
