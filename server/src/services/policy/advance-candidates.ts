import type { Alarms } from '#ground/platform/alarms.ts'
import type { Log } from '#ground/platform/log.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Candidate } from './candidate.ts'
import type { CandidateOrder } from './candidate-order.ts'
import type { CandidateStore } from './candidate-store.ts'
import { promoteCandidate, takeBackCandidate } from './end-candidate.ts'
import { judgeCandidate, sumHours } from './judge-candidate.ts'
import { subjectOf } from './make-step.ts'
import type { PolicyStore } from './policy-store.ts'
import { readScope } from './scope.ts'

export interface CandidateParts {
  readonly candidates: CandidateStore
  /** The same, where reading holds up nothing that writes. */
  readonly readCandidates: CandidateStore
  readonly log: Log
  readonly policy: PolicyStore
  readonly directory: DirectoryStore
  readonly alarms: Alarms
  readonly publish: () => Promise<unknown>
  readonly now: () => number
}

/** As whom the clock is in the audit log. */
const clock = 'mailkeep'
/** How long it is told that a trial was stopped. */
const toldMs = 86_400_000

/**
 * One step of the clock: stops each change on trial that does harm, and promotes those that were to be promoted by
 * themselves and may. What was stopped of late is told, also after a restart.
 */
export async function advanceCandidates(parts: CandidateParts): Promise<void> {
  let moved = false
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
}

/** True: it has moved. */
async function advance(parts: CandidateParts, candidate: Candidate): Promise<boolean> {
  const { readCandidates, now } = parts
  const order: CandidateOrder = { ...parts, at: now(), who: clock }
  const scope = await readScope(candidate.scope, parts.directory).catch(goneIsNull)
  if (scope?.name !== candidate.scope) return stop(order, candidate, 'its level is there no more')
  if (candidate.edits.length === 0) return stop(order, candidate, 'it cannot be read any more')
  const counts = sumHours(await readCandidates.sums(candidate.id), candidate.stage)
  const end = judgeCandidate(candidate, counts, now() - candidate.since)
  if (end.kind === 'stop') return stop(order, candidate, end.why)
  if (end.kind === 'goes-on') return false
  const why = `nothing spoke against it over ${counts.deliveries} deliveries`
  try {
    await promoteCandidate(order, candidate, scope, why)
    return true
  } catch (cause) {
    if (cause instanceof OrderError)
      return stop(order, candidate, `it could not be promoted: ${cause.message}`)
    throw cause
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
  const late = await readCandidates.takenBackBy(clock, now() - toldMs)
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
