import type { Alarms } from '#ground/platform/alarms.ts'
import type { Log } from '#ground/platform/log.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Candidate } from './candidate.ts'
import { sumHours } from './candidate-counts.ts'
import type { CandidateOrder } from './candidate-order.ts'
import { describeShown, nextShare, type StepLimits } from './candidate-steps.ts'
import type { CandidateShown, CandidateStore } from './candidate-store.ts'
import { type AheadTimes, aheadFrom } from './clock-ahead.ts'
import { promoteCandidate, stepCandidate, takeBackCandidate } from './end-candidate.ts'
import { judgeCandidate } from './judge-candidate.ts'
import { subjectOf } from './make-step.ts'
import type { PolicyStore } from './policy-store.ts'
import { type KeptRounds, reopenKept } from './reopen-kept.ts'
import { readScope, type Scope } from './scope.ts'

export interface CandidateParts extends KeptRounds {
  readonly log: Log
  readonly policy: PolicyStore
  readonly directory: DirectoryStore
  readonly alarms: Alarms
  readonly publish: () => Promise<unknown>
  /** Steps that begin in the future, and for how long this process has seen that. */
  readonly ahead: AheadTimes
  /** When a step of a trial that goes by itself has shown enough. */
  readonly limits: () => StepLimits
}

/** As whom the clock is in the audit log. */
const clock = 'mailkeep'
/** How long it is told that a trial was stopped. */
const toldMs = 86_400_000

/**
 * One step of the clock: stops each change on trial that does harm, and takes those that go by themselves a step further
 * or promotes them, where they may. What was stopped of late is told, also after a restart, and the mail that a canary has
 * kept is judged anew.
 */
export async function advanceCandidates(parts: CandidateParts): Promise<void> {
  let moved = await bringBack(parts)
  for (const candidate of await parts.readCandidates.open()) {
    try {
      moved = (await advance(parts, candidate)) || moved
    } catch (cause) {
      // One that fails holds up no other; it is tried again at the next step.
      parts.log.warn(
        { trial: candidate.id, cause: String(cause) },
        'a change on trial could not be looked after',
      )
    }
  }
  if (moved) await parts.publish()
  await tellStopped(parts)
  await reopenKept(parts)
}

/**
 * A clock that was ahead and is set back leaves steps that begin later than now: they would not end before that, and mail
 * that a trial has kept would not be judged anew. True: there were some.
 */
async function bringBack({ log, candidates, readCandidates, ahead, now }: CandidateParts): Promise<boolean> {
  const ended = await readCandidates.takenBackSince(aheadFrom(now()))
  const proved = ahead.proved([...(await readCandidates.open()), ...ended], now())
  let moved = false
  for (const { id, stage, since } of proved) {
    const about = { trial: id, since: new Date(since).toISOString() }
    log.warn(about, 'the clock was ahead: a step of a trial that would have begun later begins now')
    moved = (await candidates.bringBack(id, { stage, since }, now())) || moved
  }
  return moved
}

/** True: it has moved. */
async function advance(parts: CandidateParts, candidate: Candidate): Promise<boolean> {
  const { readCandidates, now } = parts
  const order: CandidateOrder = { ...parts, at: now(), who: clock }
  const scope = await readScope(candidate.scope, parts.directory).catch(goneIsNull)
  if (scope?.name !== candidate.scope) return stop(order, candidate, 'its level is there no more')
  if (scope.tenant !== candidate.tenant)
    return stop(order, candidate, `its level belongs to ${scope.tenant} now`)
  if (candidate.edits.length === 0) return stop(order, candidate, 'it cannot be read any more')
  const overtaken = await readCandidates.overtaken(candidate.edits)
  const edit = overtaken === null ? undefined : candidate.edits[overtaken]
  if (edit) return stop(order, candidate, `${subjectOf(edit)} was changed, switched off or paused meanwhile`)
  const shown = await readShown(readCandidates, candidate)
  const limits = parts.limits()
  const end = judgeCandidate(candidate, shown, now() - candidate.since, limits)
  if (end.kind === 'stop') return stop(order, candidate, end.why)
  if (end.kind === 'goes-on') return false
  return goOn(order, candidate, scope, shown, limits)
}

async function readShown(candidates: CandidateStore, candidate: Candidate): Promise<CandidateShown> {
  const { id, stage } = candidate
  const step = await candidates.stepCounts(id, stage)
  return { stage: sumHours(await candidates.sums(id), stage), step }
}

/** To a greater share of the people, or to all. */
async function goOn(
  order: CandidateOrder,
  candidate: Candidate,
  scope: Scope,
  { stage, step }: CandidateShown,
  limits: StepLimits,
): Promise<boolean> {
  try {
    if (!candidate.bySteps) {
      const shown = `nothing spoke against it over ${stage.deliveries} deliveries`
      await promoteCandidate(order, candidate, scope, shown)
    } else if (nextShare(candidate) < 1) await stepCandidate(order, candidate, describeShown(step, limits))
    else await promoteCandidate(order, candidate, scope, describeShown(step, limits))
    return true
  } catch (cause) {
    if (!(cause instanceof OrderError)) throw cause
    // It has gone on by another process or a person: neither twice, nor back for that.
    const now = await order.candidates.read(candidate.id)
    if (now?.since !== candidate.since) return false
    return stop(order, candidate, `it could not go on: ${cause.message}`)
  }
}

async function stop(order: CandidateOrder, candidate: Candidate, why: string): Promise<boolean> {
  try {
    await takeBackCandidate(order, candidate, why)
    return true
  } catch (cause) {
    // A person was quicker.
    if (cause instanceof OrderError) return false
    throw cause
  }
}

function goneIsNull(cause: unknown): null {
  if (cause instanceof OrderError) return null
  throw cause
}

/** Said where a trial ended by itself: nobody was looking. */
async function tellStopped({ readCandidates, alarms, now }: CandidateParts): Promise<void> {
  const ended = await readCandidates.takenBackSince(now() - toldMs)
  const late = ended.filter(({ movedBy }) => movedBy === clock)
  const ids = new Set(late.map(({ id }) => id))
  for (const open of alarms.open())
    if (open.name === 'policy-trial-stopped' && !ids.has(open.subject)) alarms.clear(open.name, open.subject)
  for (const { id, scope, tenant, edits, why } of late)
    alarms.raise(
      'policy-trial-stopped',
      id,
      `the change on trial ${id} of ${scope}, tenant ${tenant} (${edits.slice(0, 3).map(subjectOf).join(', ')}), was stopped: ${why}`,
    )
}
