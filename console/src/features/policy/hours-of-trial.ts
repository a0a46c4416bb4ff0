import type { TrialDetails } from '@mailkeep/contract'

/** Held in one hour; null: no mail was judged. */
interface HourOfTrial {
  readonly at: string
  readonly values: Readonly<Record<'before' | 'after', number | null>>
}

/** The stage whose hours are shown: its own; of a trial that ended, the last one in which mail was judged. */
export function stageOfHours({ stage, hours }: Pick<TrialDetails, 'stage' | 'hours'>) {
  return stage === 'shadow' || stage === 'canary' ? stage : hours.at(-1)?.stage
}

const hourMs = 3_600_000
const mostHours = 1000

/**
 * Points of the chart of a trial: the hours of its stage, or of its last one, since a stage before it has counted other people. An hour in which
 * no mail was judged is not known, and not nothing held.
 */
export function hoursOfTrial({ stage, hours }: Pick<TrialDetails, 'stage' | 'hours'>): HourOfTrial[] {
  const last = stageOfHours({ stage, hours })
  const mine = hours.filter((each) => each.stage === last)
  const byHour = new Map(mine.map((each) => [Date.parse(each.hour), each]))
  const [first, newest] = [mine[0], mine.at(-1)]
  if (!first || !newest) return []
  const until = Date.parse(newest.hour)
  const points: HourOfTrial[] = []
  for (let at = Math.max(Date.parse(first.hour), until - mostHours * hourMs); at <= until; at += hourMs) {
    const found = byHour.get(at)
    const values = { before: found?.heldBefore ?? null, after: found?.heldAfter ?? null }
    points.push({ at: new Date(at).toISOString(), values })
  }
  return points
}
