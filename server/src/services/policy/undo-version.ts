import { OrderError } from '#services/ledger/order-error.ts'
import { makeStep, subjectOf } from './make-step.ts'
import type { PolicyOrder } from './policy-order.ts'
import { type PolicyEdit, type PolicyVersion, reversed } from './policy-version.ts'
import { assertTargets } from './rule-targets.ts'
import type { Scope } from './scope.ts'

/**
 * Takes a version back: what it changed is again as it was before. That is a version of its own, which can be taken
 * back too.
 * @param scope its level, and whose that is now: the line of the audit log is his
 * @throws OrderError where what it changed has been changed since, or it would bring what he may not write
 */
export async function undoVersion(
  order: PolicyOrder,
  version: PolicyVersion,
  scope: Pick<Scope, 'name' | 'tenant'>,
): Promise<number> {
  const edits = reversed(version.edits).map((each) => renewed(order, each))
  await assertReached(order, edits, scope)
  try {
    return await makeStep(order, { what: 'policy-undone', scope, undoes: version.version }, edits)
  } catch (cause) {
    if (!(cause instanceof OrderError) || cause.code !== 'conflict') throw cause
    const what = [...new Set(version.edits.map(subjectOf))].slice(0, 3).join(', ')
    throw new OrderError(
      'conflict',
      `version ${version.version} cannot be taken back: ${what} is no longer as it left it; take later versions back first`,
    )
  }
}

/** A rule that comes back is as good as one that he writes: it sends mail to nobody out of his reach. @throws OrderError */
async function assertReached(
  { directory, reaches }: PolicyOrder,
  edits: readonly PolicyEdit[],
  scope: Pick<Scope, 'name' | 'tenant'>,
): Promise<void> {
  if (reaches === undefined) return
  for (const edit of edits)
    if (edit.what === 'rule' && edit.after !== null)
      await assertTargets(edit.after, { ...scope, name: edit.scope }, directory, reaches)
}

/** What comes back says who brought it back; a rule that was paused then starts anew. */
function renewed({ at, who }: PolicyOrder, edit: PolicyEdit): PolicyEdit {
  if (edit.what !== 'rule' || edit.after === null) return edit
  return { ...edit, after: { ...edit.after, paused: null, changedAt: at, changedBy: who } }
}
