import type { PolicyTrial, TrialDetails } from '@mailkeep/contract'
import type { Candidate } from '#services/policy/candidate.ts'
import type {
  CandidateDifference,
  CandidateHour,
  CandidateStageSums,
} from '#services/policy/candidate-store.ts'
import { lastStage, sumHours } from '#services/policy/judge-candidate.ts'
import { describeEdit } from './describe-edit.ts'
import { moment } from './moment.ts'

const mostEdits = 50
const mostHours = 1000
const hourMs = 3_600_000

/** A change of policy on trial, as the contract has it. */
export function describeTrial(candidate: Candidate, sums: readonly CandidateStageSums[]): PolicyTrial {
  const { id, scope, tenant, stage, share, people, since, addedAt, addedBy, movedBy, why } = candidate
  const { guard, promoteAfterMs, version, edits } = candidate
  return {
    ...{ id, level: scope, tenant, stage, share, people: [...people], since: moment(since) },
    ...{ addedAt: moment(addedAt), addedBy, movedBy, why, guard, version },
    promoteAfterHours: promoteAfterMs === null ? null : promoteAfterMs / hourMs,
    edits: edits.slice(0, mostEdits).map(describeEdit),
    counts: sumHours(sums, lastStage(stage, sums)),
  }
}

/** The same with all that it has shown. */
export function describeTrialDetails(
  candidate: Candidate,
  hours: readonly CandidateHour[],
  differences: readonly CandidateDifference[],
): TrialDetails {
  return {
    ...describeTrial(candidate, hours),
    hours: hours.slice(-mostHours).map(({ hour, ...each }) => ({ ...each, hour: moment(hour) })),
    differences: differences.map(({ at, ...each }) => ({ ...each, at: moment(at) })),
  }
}
