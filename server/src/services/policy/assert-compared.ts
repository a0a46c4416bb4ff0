import type { RuleAction } from '#flow/inspection/message-rule.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { KeptRule } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'

/** What a rule may do that decides what becomes of a message, so that a trial shows it. */
const deciding: ReadonlySet<string> = new Set(['never-hold', 'quarantine', 'reject', 'hold', 'add-score'])
/** What decides that a message stays with us, so that it goes nowhere else either. */
const keeping: ReadonlySet<string> = new Set(['quarantine', 'reject', 'hold'])
/** What is done with mail that is delivered, and with no other: deciding otherwise switches it on and off. */
const routing: ReadonlySet<string> = new Set(['copy', 'redirect', 'require-tls'])

/**
 * A trial compares what becomes of messages. Of what else a rule does nothing would speak against it, whatever it did: so a
 * change may go on by itself only where that stays as it is, in the same order and for the same mail. Where it sends mail
 * elsewhere, also what it decides has to stay, or keep the mail both times. @throws OrderError
 */
export function assertCompared(edits: readonly PolicyEdit[]): void {
  for (const each of edits) {
    if (each.what !== 'rule') continue
    const unseen = [each.after, each.before].flatMap(unseenActions)
    if (unseen[0] === undefined) continue
    if (beside(each.before) === beside(each.after)) {
      assertNotSwitched(each, unseen)
      continue
    }
    throw new OrderError(
      'wrong',
      `a trial shows what becomes of messages, and nothing of "${unseen[0].do}", which this rule does, so it does not go on by itself: either put it on trial without steps and time, read which messages it is about, and promote it; or make two rules, one that decides and can go by itself, and one that does "${unseen[0].do}" alone`,
    )
  }
}

/** @throws OrderError where a rule would begin or end to send mail elsewhere, since it decides otherwise */
function assertNotSwitched(
  { before, after }: Pick<PolicyEdit & { what: 'rule' }, 'before' | 'after'>,
  unseen: readonly RuleAction[],
): void {
  const routes = unseen.find((action) => routing.has(action.do))
  if (routes === undefined || decision(before) === decision(after)) return
  if (keepsMail(before) && keepsMail(after)) return
  throw new OrderError(
    'wrong',
    `"${routes.do}", which this rule does, is carried out only of mail that is delivered, so deciding otherwise switches it on or off, and a trial shows nothing of that: put it on trial without steps and time, read which messages it is about, and promote it`,
  )
}

function decision(rule: KeptRule | null): string {
  return JSON.stringify((rule?.actions ?? []).filter((action) => deciding.has(action.do)))
}

function keepsMail(rule: KeptRule | null): boolean {
  const actions = rule?.actions ?? []
  return (
    actions.some((action) => keeping.has(action.do)) && !actions.some((action) => action.do === 'never-hold')
  )
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
