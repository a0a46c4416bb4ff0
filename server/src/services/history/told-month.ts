import type { ToldMonth } from '#services/status/status-state.ts'
import type { FrozenMonth, MonthLine } from './frozen-months.ts'
import { sumKinds } from './sum-kinds.ts'

/** A frozen month as figures: as it was published, and as it is with its corrections. */
export function toldMonth({ month, frozenAt, lines, corrected, corrections }: FrozenMonth): ToldMonth {
  return {
    ...{ month, frozenAt, published: figuresOf(lines) },
    corrected: corrections.length === 0 ? null : figuresOf(corrected),
    corrections: corrections.map(({ at, what, why }) => ({ at, what, why })),
  }
}

function figuresOf(lines: readonly MonthLine[]): ToldMonth['published'] {
  const sums = sumKinds.map((kind) => {
    const own = lines.filter((each) => each.kind === kind)
    const sum = (of: (each: MonthLine) => number) => Math.round(own.reduce((all, each) => all + of(each), 0))
    return {
      ...{ kind, incidents: own.length, minutes: sum((each) => each.minutes ?? 0) },
      weightedMinutes: sum((each) => (each.minutes ?? 0) * each.weight),
    }
  })
  const notices = lines.flatMap((each) => each.minutesToNotice ?? []).toSorted((a, b) => a - b)
  const half = notices.length / 2
  const middle = ((notices[Math.ceil(half) - 1] ?? 0) + (notices[Math.floor(half)] ?? 0)) / 2
  return { sums, medianMinutesToNotice: notices.length === 0 ? null : Math.round(middle) }
}
