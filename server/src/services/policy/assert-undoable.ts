import { OrderError } from '#services/ledger/order-error.ts'
import { subjectOf } from './make-step.ts'
import type { KeptRule } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'

/** The one value of a setting with which no more is refused than with any other. */
const refusesLeast: Readonly<Record<string, string>> = {
  dmarc: 'observe',
  'product.filtering': 'off',
  'outbound.action': 'hold',
}

/**
 * What a canary has set aside is judged again when it is taken back; what it has refused is gone, and its sender has been
 * told. So a change that refuses what was not refused before is put in force for some by a person alone. @throws OrderError
 */
export function assertUndoable(edits: readonly PolicyEdit[]): void {
  const edit = edits.find(refusesMore)
  if (edit === undefined) return
  throw new OrderError(
    'wrong',
    `${subjectOf(edit)} may refuse mail that is not refused now, and what was refused cannot be judged again when the change is taken back; put it on trial without steps, read which messages it is about, and promote it, or quarantine instead`,
  )
}

function refusesMore(edit: PolicyEdit): boolean {
  if (edit.what === 'setting') {
    const least = refusesLeast[edit.name]
    return least !== undefined && edit.after.value !== edit.before.value && edit.after.value !== least
  }
  if (edit.what !== 'rule') return false
  const refused = refusedMail(edit.after)
  return refused !== '' && refused !== refusedMail(edit.before)
}

/** Which mail a rule refuses, as text; empty: none. */
function refusedMail(rule: KeptRule | null): string {
  if (!rule?.enabled || !rule.actions.some((action) => action.do === 'reject')) return ''
  const { direction, conditions, exceptions, locked, paused } = rule
  return JSON.stringify([direction, conditions, exceptions, locked, paused === null])
}
