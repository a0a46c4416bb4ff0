import type { CandidateParts } from '#services/policy/advance-candidates.ts'
import type { Base } from './base.ts'

/** What the clock needs to look after changes of policy on trial. */
export function createCandidateParts(
  { stores, alarms }: Pick<Base, 'stores' | 'alarms'>,
  publish: () => Promise<unknown>,
): CandidateParts {
  const { candidates, policy, directory } = stores
  return { candidates, policy, directory, alarms, publish, now: () => Date.now() }
}
