import type { FinishedDrill, Line } from './drill.ts'

/** A drill that was run once, or twice. */
export interface Rounds {
  /** What counts: the last round. */
  readonly finished: FinishedDrill
  /** The round whose misses may be the machine's; null where one round was enough. */
  readonly first: FinishedDrill | null
  /** Its second round is still to come. */
  readonly isOpen: boolean
  readonly round: Round
}

/** Which rounds are run: the first alone, whose second comes at the end of all tests, that second one, or both at once. */
export type Round = 'first' | 'second' | 'both'

/**
 * Runs a drill, and once more where all that it missed may be the machine's, which is busy with others: a time, a wait in
 * vain, or what the site told, since alarms judge by times themselves. The second round has to hold every bound. What
 * became of mail is the same on any machine, so that such a miss stands at once, as does a drill that ended by an error.
 */
export async function runInRounds(run: () => Promise<FinishedDrill>, round: Round = 'both'): Promise<Rounds> {
  const first = await run()
  const isOpen = round !== 'second' && mayBeBusy(first)
  if (!isOpen) return { finished: first, first: null, isOpen, round }
  if (round === 'first') return { finished: first, first, isOpen, round }
  return { finished: await run(), first, isOpen: false, round }
}

/** What the first round missed, and the figures of the times of both, a line each; none where one round is enough. */
export function describeRounds({ finished, first, isOpen, round }: Rounds): string[] {
  const second = round === 'second' || (first !== null && !isOpen) ? told(finished, 'second') : []
  if (first === null) return second
  const broke = first.broke === null ? [] : [`first round: ${first.why.split('\n')[0]}`]
  return [...broke, ...told(first, 'first'), ...second]
}

function told({ lines }: FinishedDrill, name: string): string[] {
  return lines
    .filter((each) => each.timed || !each.held)
    .map((each) => `${name} round: ${describeLine(each)}`)
}

/** One bound in words: what, what was measured, what was promised. */
export function describeLine({ what, measured, bound, held }: Line): string {
  return `${held ? 'held' : 'MISSED'} ${what}: ${measured} (${bound})`
}

function mayBeBusy({ outcome, broke, lines }: FinishedDrill): boolean {
  const missed = lines.filter((each) => !each.held)
  if (outcome !== 'failed' || broke === 'error' || !missed.every(hangsOnMachine)) return false
  return missed.length > 0 || broke === 'wait in vain'
}

/** Who was hit is counted, like mail. */
function hangsOnMachine({ timed, section, sight }: Line): boolean {
  return timed || (section === 'must be seen' && sight !== 'list')
}
