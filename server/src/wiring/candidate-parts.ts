import type { Config } from '#ground/platform/config/settings.ts'
import type { CandidateParts } from '#services/policy/advance-candidates.ts'
import type { StepLimits } from '#services/policy/candidate-steps.ts'
import { AheadTimes } from '#services/policy/clock-ahead.ts'
import type { Base } from './base.ts'

/** What the clock needs to look after changes of policy on trial. */
export function createCandidateParts(
  { stores, alarms, log, config }: Pick<Base, 'stores' | 'alarms' | 'log' | 'config'>,
  publish: () => Promise<unknown>,
): CandidateParts {
  const { candidates, readCandidates, policy, directory } = stores
  return {
    ...{ candidates, readCandidates, log, policy, directory, alarms, publish, now: () => Date.now() },
    lookedAt: new Map(),
    ahead: new AheadTimes(() => performance.now()),
    limits: () => stepLimitsOf(config),
  }
}

/** As the settings say now. */
export function stepLimitsOf(config: Pick<Config, 'policy.trialMessages' | 'policy.trialTime'>): StepLimits {
  return { messages: config['policy.trialMessages'], timeMs: config['policy.trialTime'] }
}
