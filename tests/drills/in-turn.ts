import type { DrillReport } from './drill.ts'
import { percentile } from './measure.ts'

/** What each letter of a window took (ms). */
type Times = readonly number[]

/** Figures of short windows without and with a burden, the middle one of each. */
export interface InTurn {
  readonly alone: number
  readonly during: number
  /** How many letters each window had. */
  readonly letters: { readonly alone: readonly number[]; readonly during: readonly number[] }
}

/**
 * Measures the same with and without a burden in turn, so that what else the machine does falls on both.
 * @param rounds windows of each
 * @param alone is told how many letters the window before it had, where that hangs on how long the burden took
 * @param figure of a window
 */
export async function measureInTurn(
  rounds: number,
  during: () => Promise<Times>,
  alone: (letters: number) => Promise<Times>,
  figure: (times: Times) => number = (times) => percentile(times, 0.99),
): Promise<InTurn> {
  const [beside, without]: [Times[], Times[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const times = await during()
    beside.push(times)
    without.push(await alone(times.length))
  }
  const middle = (windows: readonly Times[]) => percentile(windows.map(figure), 0.5)
  const sizes = (windows: readonly Times[]) => windows.map((each) => each.length)
  return {
    ...{ alone: middle(without), during: middle(beside) },
    letters: { alone: sizes(without), during: sizes(beside) },
  }
}

/**
 * A burden must leave mail as quick as it was: within a tenth, or what nobody notices.
 * @throws Error where the windows differ in their letters: a high percentile of more letters is a higher one
 */
export function holdAsQuick(report: DrillReport, what: string, { alone, during, letters }: InTurn): void {
  if (String(letters.alone) !== String(letters.during))
    throw new Error(
      `${what}: ${letters.during} letters cannot be compared with ${letters.alone}; send as many in each window`,
    )
  report.hold(
    what,
    `within 10 % of ${alone.toFixed(0)} ms, or 100 ms`,
    `${during.toFixed(0)} ms`,
    during <= Math.max(alone * 1.1, alone + 100),
    'timed',
  )
}
