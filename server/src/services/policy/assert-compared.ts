import type { RuleAction } from '#flow/inspection/message-rule.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { KeptRule } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'

/** What a rule may do that decides what becomes of a message, so that a trial shows it. */
const deciding: ReadonlySet<string> = new Set(['never-hold', 'quarantine', 'reject', 'hold', 'add-score'])

/**
 * A trial compares what becomes of messages. Of what else a rule does nothing would speak against it, whatever it did: so a
 * change may go on by itself only where that stays as it is, in the same order and for the same mail. @throws OrderError
 */
export function assertCompared(edits: readonly PolicyEdit[]): void {
  for (const each of edits) {
    if (each.what !== 'rule') continue
    const unseen = [each.after, each.before].flatMap(unseenActions)[0]
    if (unseen === undefined || beside(each.before) === beside(each.after)) continue
    throw new OrderError(
      'wrong',
      `a trial shows what becomes of messages, and nothing of "${unseen.do}", which this rule does, so it does not go on by itself: either put it on trial without steps and time, read which messages it is about, and promote it; or make two rules, one that decides and can go by itself, and one that does "${unseen.do}" alone`,
    )
  }
}

function unseenActions(rule: KeptRule | null): RuleAction[] {
  return (rule?.actions ?? []).filter((action) => !deciding.has(action.do))
}

/** All that a rule does beside deciding, and for which mail. */
function beside(rule: KeptRule | null): string {
  if (rule === null) return ''
  const { direction, conditions, exceptions, enabled, locked, paused } = rule
  const mail = [direction, conditions, exceptions, enabled, locked, paused === null]
  return JSON.stringify([...mail, unseenActions(rule)])
}
