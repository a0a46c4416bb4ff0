import { OrderError } from '#services/ledger/order-error.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { LevelSettings } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'
import type { Scope } from './scope.ts'

/** What a step is about, beside its edits. */
export interface StepAbout {
  /** Word of the audit log. */
  readonly what: string
  readonly scope: Pick<Scope, 'name' | 'tenant'>
  readonly undoes?: number
  /** See PolicyStep. */
  readonly seen?: LevelSettings
}

/**
 * Makes edits together or not at all, as a version that can be taken back. Every change of settings, lists and rules
 * goes through here. Answers its number. @throws OrderError where somebody else was faster
 */
export async function makeStep(
  { policy, at, who, ip = '' }: PolicyOrder,
  { what, scope, undoes, seen }: StepAbout,
  edits: readonly PolicyEdit[],
): Promise<number> {
  const { name, tenant } = scope
  const made = await policy.change({
    at,
    who,
    ip,
    tenant,
    scope: name,
    what,
    undoes: undoes ?? null,
    edits,
    ...(seen && { seen }),
  })
  if (made.version !== null) return made.version
  const edit = edits[made.edit]
  throw new OrderError(
    'conflict',
    `${edit ? subjectOf(edit) : name} has been changed meanwhile, so nothing was done; look again`,
  )
}

/** What an edit is about, in words. */
export function subjectOf(edit: PolicyEdit): string {
  switch (edit.what) {
    case 'setting':
      return `${edit.name} at ${edit.scope}`
    case 'sender':
      return `${edit.entry} on the ${edit.kind} list of ${edit.scope}`
    case 'rule':
      return `the rule ${(edit.after ?? edit.before)?.name || edit.id} of ${edit.scope}`
    case 'order':
      return `the order of the rules of ${edit.scope}`
  }
}
