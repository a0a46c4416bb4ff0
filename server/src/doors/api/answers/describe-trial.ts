import type { PolicyTrial, TrialDetails } from '@mailkeep/contract'
import type { Principal } from '#services/access/principal.ts'
import type { Candidate } from '#services/policy/candidate.ts'
import { lastStage, sumHours } from '#services/policy/candidate-counts.ts'
import { describeNext, mostSteps, type StepLimits, waitsFor } from '#services/policy/candidate-steps.ts'
import type {
  CandidateCounts,
  CandidateDifference,
  CandidateEndedStep,
  CandidateHour,
  CandidateStageSums,
} from '#services/policy/candidate-store.ts'
import { describeEdits, maySeeSenders } from './describe-edits.ts'
import { moment } from './moment.ts'

const mostEdits = 50
const mostHours = 1000
const hourMs = 3_600_000

/** A change of policy on trial, as the contract has it. */
export function describeTrial(
  candidate: Candidate,
  sums: readonly CandidateStageSums[],
  asking: Pick<Principal, 'rights'>,
): PolicyTrial {
  const { id, scope, tenant, stage, share, people, since, addedAt, addedBy, movedBy, why } = candidate
  const { guard, promoteAfterMs, bySteps, version, edits } = candidate
  return {
    ...{ id, level: scope, tenant, stage, share, people: [...people], since: moment(since) },
    ...{ addedAt: moment(addedAt), addedBy, movedBy, why, guard, bySteps, version },
    promoteAfterHours: promoteAfterMs === null ? null : promoteAfterMs / hourMs,
    edits: describeEdits(edits.slice(0, mostEdits), asking),
    counts: sumHours(sums, lastStage(stage, sums)),
  }
}

/** All that a trial has shown. */
export interface TrialShown {
  readonly hours: readonly CandidateHour[]
  /** What the step that is under way has counted. */
  readonly step: CandidateCounts
  /** Those that have ended. */
  readonly steps: readonly CandidateEndedStep[]
  readonly differences: readonly CandidateDifference[]
}

/** The same with all that it has shown. */
export function describeTrialDetails(
  candidate: Candidate,
  { hours, step, steps, differences }: TrialShown,
  limits: StepLimits,
  asking: Pick<Principal, 'rights'>,
): TrialDetails {
  const hasSenders = candidate.edits.some(({ what }) => what === 'sender')
  const hides = { mail: !asking.rights.has('mail.read'), cause: hasSenders && !maySeeSenders(asking) }
  const shown = { stage: sumHours(hours, candidate.stage), step }
  return {
    ...describeTrial(candidate, hours, asking),
    next: describeNext(candidate, limits, shown),
    waitsFor: waitsFor(candidate, shown),
    steps: [...steps.map(describeStep), ...underWay(candidate, step)].slice(-mostSteps),
    hours: hours.slice(-mostHours).map(({ hour, ...each }) => ({ ...each, hour: moment(hour) })),
    differences: differences.map(({ at, messageId, because, ...each }) => ({
      ...each,
      at: moment(at),
      messageId: hides.mail ? '' : messageId,
      because: hides.cause ? withoutSenders(candidate, because) : because,
    })),
  }
}

/** What makes a difference, without the entries of lists of senders for whoever may not see these. */
function withoutSenders({ edits }: Candidate, because: string): string {
  const known = new Set(
    edits.flatMap((edit) =>
      edit.what === 'setting' ? [edit.name] : edit.what === 'rule' ? [`rule ${edit.id}`] : [],
    ),
  )
  const told = because.split(', ').map((each) => (known.has(each) ? each : 'an entry of the lists'))
  return [...new Set(told)].join(', ')
}

function describeStep({ since, until, ...each }: CandidateEndedStep): TrialDetails['steps'][number] {
  return { ...each, since: moment(since), until: moment(until) }
}

function underWay(candidate: Candidate, counts: CandidateCounts): TrialDetails['steps'] {
  const { stage, share, people, since } = candidate
  if (stage !== 'shadow' && stage !== 'canary') return []
  const open = { until: null, endedBy: null, why: null }
  return [{ stage, share, people: people.length, since: moment(since), ...open, ...counts }]
}
