import type { CandidateParts } from '#services/policy/advance-candidates.ts'
import type { Base } from './base.ts'

/** What the clock needs to look after changes of policy on trial. */
export function createCandidateParts(
  { stores, alarms, log }: Pick<Base, 'stores' | 'alarms' | 'log'>,
  publish: () => Promise<unknown>,
): CandidateParts {
  const { candidates, readCandidates, policy, directory } = stores
  return { candidates, readCandidates, log, policy, directory, alarms, publish, now: () => Date.now() }
}
