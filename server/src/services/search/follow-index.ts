import { setTimeout as sleep } from 'node:timers/promises'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Trend } from '#ground/platform/trend.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { IndexProgress, IndexStore, SearchStore } from './search-store.ts'

export interface IndexParts {
  readonly index: IndexStore
  readonly search: Pick<SearchStore, 'progress'>
  readonly alarms: Alarms
  /** Of what is still to be taken in. */
  readonly trend: Trend
  readonly now: () => number
  /** Milliseconds of a clock that is never set. */
  readonly elapsed: () => number
  /** How long the ledger keeps what became of a message. */
  readonly keepMs: () => number
}

/** Events of a step: a transaction of the index, some tens of milliseconds. */
const stepSize = 1000
/** While it catches up the thread works a third of the time, so that what people and mail need comes between. */
const pauses = 2
/** After this time the round ends, so that the clock can say how things stand. */
const roundMs = 5000
const lateMs = 120_000
/** So much more than at the last look, and twice of it, is no pace: something was put to it at once. */
const jump = 10 * stepSize
const sweepSize = 500
/** What comparing may take of a second: mail and people go first. */
const compareMs = 50
/** Mending takes turns as short as this, with pauses, for so long in a round. */
const mendTurnMs = 5
const mendMs = 1500

/**
 * Brings the index up to date, and says so where it is far behind. A fault of the index touches no mail: the alarm
 * stays until it is mended, and everything that was missed is taken in then.
 */
export async function followIndex({ index, search, alarms, trend, ...parts }: IndexParts): Promise<void> {
  const { now, elapsed, keepMs } = parts
  const began = performance.now()
  try {
    for (;;) {
      const stepBegan = performance.now()
      const done = await index.advance(stepSize)
      if (done < stepSize || performance.now() - began > roundMs) break
      await sleep((performance.now() - stepBegan) * pauses)
    }
    await index.sweep(now() - keepMs(), sweepSize)
    // Mended first, marked last: whoever asks between two rounds is told.
    await mend(index, now)
    await index.compare(now(), compareMs)
  } catch (cause) {
    alarms.raise(
      'search-behind',
      'write',
      `the index of messages cannot be kept: ${(cause as Error).message}`,
    )
    return
  }
  alarms.clear('search-behind', 'write')
  const progress = await search.progress(now())
  const { completeUpTo, behind, total } = progress
  const before = trend.latest
  if (before !== null && behind > 2 * before && behind - before > jump) trend.forget()
  trend.note(elapsed(), behind)
  const outlook = trend.outlook(elapsed(), 0, 'falling')
  if (completeUpTo !== null && now() - completeUpTo > lateMs)
    alarms.raise(
      'search-behind',
      'lag',
      `search is complete up to ${utcWords(completeUpTo)} only; ${behind} of ${total} events are still to be taken in${
        outlook.kind === 'reached' ? `, at this pace until ${utcWords(now() + outlook.inMs)}` : ''
      }. Mail is not touched`,
    )
  else alarms.clear('search-behind', 'lag')
  tellStretches(progress, alarms)
}

async function mend(index: IndexStore, now: () => number): Promise<void> {
  for (const began = performance.now(); performance.now() - began < mendMs; ) {
    const turnBegan = performance.now()
    if (!(await index.mend(now(), mendTurnMs))) return
    await sleep((performance.now() - turnBegan) * pauses)
  }
}

const kinds = {
  missing: (entries: number) => `${entries} of its entries were missing`,
  double: (entries: number) => `${entries} of its entries were there twice or too many`,
}

/** An index that lost or doubled entries mends itself; why it did is for a person to find. */
function tellStretches({ stretches }: Pick<IndexProgress, 'stretches'>, alarms: Alarms): void {
  for (const kind of ['missing', 'double'] as const) {
    const found = stretches.filter((each) => each.kind === kind)
    const [first, last] = [found[0], found.at(-1)]
    if (!first || !last) {
      alarms.clear('index-gap', kind)
      continue
    }
    const entries = found.reduce((sum, each) => sum + each.entries, 0)
    const open = found.filter((each) => each.mendedAt === null).length
    alarms.raise(
      'index-gap',
      kind,
      `mail received from ${utcWords(first.since)} to ${utcWords(last.until)}: ${kinds[kind](entries)} in the index of messages; ${
        open === 0 ? 'they were read from the ledger again' : 'they are read from the ledger again'
      }. Mail is not touched`,
    )
  }
}
