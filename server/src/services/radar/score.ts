import type { CheckResult } from './check-result.ts'
import { type FaultCode, pointsOf } from './deductions.ts'

/**
 * 100 less what each kind of fault takes off, each kind once however often it was found. What is unknown takes nothing
 * off; null: nothing at all could be judged.
 */
export function scoreOf(results: readonly CheckResult[]): number | null {
  if (results.every((each) => each.state === 'unknown')) return null
  const codes = new Set<FaultCode>(results.flatMap((each) => each.faults.map(({ code }) => code)))
  const taken = [...codes].reduce((sum, code) => sum + pointsOf(code), 0)
  return Math.max(0, 100 - taken)
}
