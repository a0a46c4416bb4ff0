import { randomInt } from 'node:crypto'
import { OrderError } from '#services/ledger/order-error.ts'
import { assertCompared } from './assert-compared.ts'
import { assertUndoable } from './assert-undoable.ts'
import { type Candidate, proposalOf } from './candidate.ts'
import type { CandidateOrder } from './candidate-order.ts'
import type { PolicyEdit } from './policy-version.ts'
import { readScope, type Scope } from './scope.ts'

/** How a trial is to go. */
export interface CandidateTerms {
  /** See Candidate. */
  readonly guard: number
  readonly promoteAfterMs: number | null
  readonly bySteps: boolean
}

export const defaultGuard = 3
/** Changes on trial at a time that one tenant may have, and changes of one trial: each is asked for every message. */
const mostOpen = 100
const mostEdits = 200
/** Beginnings of the names of settings that decide what becomes of a message; others have nothing to be compared. */
const decisive = /^(?:dmarc|tolerance|product\.filtering|outbound\.(?:tolerance|action)|weight\..+)$/

/** Puts changes of a level into the shadow of what is in force. @throws OrderError */
export async function startCandidate(
  order: CandidateOrder,
  scope: Scope,
  edits: readonly PolicyEdit[],
  { guard, promoteAfterMs, bySteps }: CandidateTerms,
): Promise<Candidate> {
  assertTriable(edits)
  if (bySteps && promoteAfterMs !== null)
    throw new OrderError('wrong', 'a trial goes by itself in steps, or after a time, and not both')
  if (bySteps && guard === 0)
    throw new OrderError('wrong', 'in steps a trial goes by its guard, so that cannot be off (0)')
  if (bySteps || promoteAfterMs !== null) assertCompared(edits)
  if (bySteps) assertUndoable(edits)
  const known = await assertAlone(order, scope)
  const { at, who, ip = '' } = order
  const candidate: Candidate = {
    id: newCandidateId(),
    ...{ scope: scope.name, tenant: scope.tenant, stage: 'shadow', share: 0, people: [] },
    ...{ since: at, addedAt: at, addedBy: who, movedBy: who, why: 'judged beside the policy in force' },
    ...{ edits, proposal: proposalOf(scope.name, edits), guard, promoteAfterMs, bySteps, version: null },
  }
  const audit = { at, who, ip, what: 'policy-trial-started' }
  if (await order.candidates.put(candidate, null, audit, known)) return candidate
  throw new OrderError('conflict', 'another change was put on trial at the same moment; try again')
}

function assertTriable(edits: readonly PolicyEdit[]): void {
  if (edits.length === 0) throw new OrderError('wrong', 'nothing would change: it is so already')
  if (edits.length > mostEdits) throw new OrderError('wrong', `one trial may have ${mostEdits} changes`)
  for (const each of edits) {
    if (each.what !== 'setting') continue
    if (!decisive.test(each.name))
      throw new OrderError(
        'wrong',
        `${each.name} does not decide what becomes of a message, so a trial would show nothing; set it at once`,
      )
    if (each.before.locked !== each.after.locked)
      throw new OrderError('wrong', `whether ${each.name} is locked cannot be tried; set it at once`)
  }
}

/**
 * Two changes on trial for the same mail: nobody could tell which one made the difference. Answers the ids of those that are
 * open. Two groups may have people in common, or get them, so of the groups of a tenant one is on trial at a time.
 */
async function assertAlone(
  { candidates, directory, policy }: CandidateOrder,
  scope: Scope,
): Promise<string[]> {
  const open = await candidates.open()
  if (open.filter(({ tenant }) => tenant === scope.tenant).length >= mostOpen)
    throw new OrderError('wrong', `${scope.tenant} has ${mostOpen} changes on trial; end some first`)
  const groupsOf = async (name: string) =>
    name.startsWith('user:') ? policy.personLevels(name.slice('user:'.length)) : []
  const above = [...scope.chain, ...(await groupsOf(scope.name))]
  for (const each of open) {
    const other = await readScope(each.scope, directory).catch(() => null)
    const below = [...(other?.chain ?? []), ...(await groupsOf(each.scope))]
    const areGroups = [scope, other].every((one) => one?.name.startsWith('group:'))
    if (
      above.includes(each.scope) ||
      below.includes(scope.name) ||
      (areGroups && other?.tenant === scope.tenant)
    )
      throw new OrderError(
        'conflict',
        `${each.scope === scope.name ? 'a change of this level' : `a change of ${each.scope}`} is on trial (${each.id}); one at a time for the same mail, or their effects cannot be told apart`,
      )
  }
  return open.map(({ id }) => id)
}

function newCandidateId(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  return `c-${Array.from({ length: 7 }, () => letters[randomInt(letters.length)]).join('')}`
}
