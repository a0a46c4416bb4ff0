import { OrderError } from '#services/ledger/order-error.ts'
import { type Candidate, isOpen } from './candidate.ts'
import type { CandidateOrder } from './candidate-order.ts'
import { describeReach, nextShare } from './candidate-steps.ts'
import type { CandidateStore } from './candidate-store.ts'
import { isAhead } from './clock-ahead.ts'
import { subjectOf } from './make-step.ts'
import type { PolicyEdit } from './policy-version.ts'
import { readScope, type Scope } from './scope.ts'
import { lockOf } from './set-level-setting.ts'

/**
 * Makes a change on trial for all: a version, which can be taken back.
 * @param scope its level, and whose that is now
 * @throws OrderError where what it changes has been changed since it was put on trial
 */
export async function promoteCandidate(
  order: CandidateOrder,
  candidate: Candidate,
  scope: Pick<Scope, 'name' | 'tenant'>,
  why: string,
): Promise<Candidate> {
  assertOpen(candidate)
  const { candidates, at, who, ip = '' } = order
  if (candidate.edits.length === 0)
    throw new OrderError('conflict', `${candidate.id} cannot be read any more; take it back and begin anew`)
  await assertAsBefore(order, candidate)
  const edits = candidate.edits.map((each) => renewed(order, each))
  const { name, tenant } = scope
  const step = { ...{ at, who, ip, tenant, edits }, scope: name, what: 'policy-trial-promoted', undoes: null }
  const since = nextMoment(candidate, at)
  const moved = { ...candidate, stage: 'promoted' as const, share: 1, why, since, movedBy: who }
  const made = await candidates.promote(moved, candidate, step, { at, who, ip, what: words.promoted })
  if (made === 'moved-meanwhile') throw movedMeanwhile(candidate)
  if (made.version !== null) return { ...moved, version: made.version }
  throw overtaken(candidate, made.edit)
}

/** The next step of a trial that goes by itself: a greater share of the people. Those by name stay. @throws OrderError */
export async function stepCandidate(
  order: CandidateOrder,
  candidate: Candidate,
  shown: string,
): Promise<Candidate> {
  assertOpen(candidate)
  await assertAsBefore(order, candidate)
  const share = nextShare(candidate)
  const why = `${describeReach(share, candidate.people.length)}: ${shown}`
  return move(order, candidate, { stage: 'canary', share, why })
}

/** Whom a canary is for. */
export interface CanaryTerms {
  /** From 0 to 1. */
  readonly share: number
  readonly people: readonly string[]
}

const mostPeople = 500

/**
 * Puts a change on trial in force for some: people by name, and a share of all. Again, for others. @throws OrderError
 */
export async function widenCandidate(
  order: CandidateOrder,
  candidate: Candidate,
  { share, people }: CanaryTerms,
): Promise<Candidate> {
  assertOpen(candidate)
  if (!(share >= 0 && share <= 1)) throw new OrderError('wrong', 'the share is a number from 0 to 1')
  if (share === 0 && people.length === 0) throw new OrderError('wrong', 'name people, or a share above 0')
  if (people.length > mostPeople) throw new OrderError('wrong', `a canary may name ${mostPeople} people`)
  await assertAsBefore(order, candidate)
  const names: string[] = []
  for (const each of people) {
    const { name, chain } = await readScope(each, order.directory)
    const groups = await order.policy.personLevels(name.slice('user:'.length))
    if (!name.startsWith('user:') || ![...chain, ...groups].includes(candidate.scope))
      throw new OrderError('wrong', `${each} is nobody of ${candidate.scope}`)
    names.push(name.slice('user:'.length))
  }
  const why = describeReach(share, names.length)
  return move(order, candidate, { stage: 'canary', share, people: names, why })
}

/** Ends a trial: what is in force stays, also for those for whom the change was. @throws OrderError */
export function takeBackCandidate(
  order: CandidateOrder,
  candidate: Candidate,
  why: string,
): Promise<Candidate> {
  assertOpen(candidate)
  return move(order, candidate, { stage: 'taken-back', share: 0, why })
}

/** What is made says who made it. */
function renewed({ at, who }: CandidateOrder, edit: PolicyEdit): PolicyEdit {
  if (edit.what === 'rule' && edit.after)
    return { ...edit, after: { ...edit.after, changedAt: at, changedBy: who } }
  return edit
}

const words: Readonly<Record<Candidate['stage'], string>> = {
  shadow: 'policy-trial-started',
  canary: 'policy-trial-widened',
  promoted: 'policy-trial-ended',
  'taken-back': 'policy-trial-taken-back',
}

async function move(
  { candidates, at, who, ip = '' }: CandidateOrder,
  before: Candidate,
  after: Pick<Candidate, 'stage' | 'share' | 'why'> & Partial<Candidate>,
): Promise<Candidate> {
  const moved = { ...before, ...after, since: nextMoment(before, at), movedBy: who }
  if (await candidates.put(moved, before, { at, who, ip, what: words[after.stage] })) return moved
  throw movedMeanwhile(before)
}

/**
 * Each move has a moment of its own: by it whoever moves next shows that he has seen the latest one. After one that was
 * made by a clock that was ahead it is now all the same, or no step would be over before that moment.
 */
function nextMoment({ since }: Candidate, at: number): number {
  return isAhead(since, at) ? at : Math.max(at, since + 1)
}

function movedMeanwhile({ id, stage }: Candidate): OrderError {
  return new OrderError('conflict', `${id} is no longer in the stage ${stage}, or not as it was; look again`)
}

/**
 * Held against what is there now, since a trial may last for months: what it is about, which a process of before may have
 * changed; whose its level is; and whether a level above has locked it. @throws OrderError where one of them has changed
 */
async function assertAsBefore(order: CandidateOrder, candidate: Candidate): Promise<void> {
  const edit = await order.candidates.overtaken(candidate.edits)
  if (edit !== null) throw overtaken(candidate, edit)
  const scope = await readScope(candidate.scope, order.directory)
  if (scope.tenant !== candidate.tenant)
    throw new OrderError(
      'conflict',
      `${candidate.scope} belongs to ${scope.tenant} now, and the trial was begun for ${candidate.tenant}; take it back and begin it anew`,
    )
  for (const each of candidate.edits) {
    const lockedBy = each.what === 'setting' ? await lockOf(order.policy, scope, each.name) : null
    if (lockedBy === null) continue
    throw new OrderError(
      'conflict',
      `${subjectOf(each)} has been locked by ${lockedBy} meanwhile, so a value here would not count; take the trial back`,
    )
  }
}

function overtaken({ edits, scope }: Candidate, edit: number): OrderError {
  const found = edits[edit]
  return new OrderError(
    'conflict',
    `${found ? subjectOf(found) : scope} has been changed meanwhile, so nothing was done; take the trial back and begin it anew`,
  )
}

function assertOpen(candidate: Candidate): void {
  if (isOpen(candidate)) return
  const how = candidate.stage === 'promoted' ? 'was made for all' : 'was taken back'
  throw new OrderError('conflict', `${candidate.id} ${how}; it is on trial no more`)
}

/** @throws OrderError */
export async function findCandidate(
  candidates: Pick<CandidateStore, 'read'>,
  id: string,
): Promise<Candidate> {
  const found = await candidates.read(id)
  if (found) return found
  throw new OrderError('not-found', `there is no change on trial ${id}; "mailkeep policy trials" lists them`)
}
