import { randomInt } from 'node:crypto'
import type { RuleText } from '#flow/inspection/message-rule.ts'
import { parseMailbox } from '#ground/mail/address.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { KeptRule } from './policy-store.ts'
import { assertTargets } from './rule-targets.ts'
import { readScope, type Scope } from './scope.ts'

/** Reads a rule and tries its patterns. Throws with what is wrong; flow knows rules, so whoever wires passes it in. */
export type CheckRule = (value: unknown) => RuleText

export interface NewRule {
  readonly text: unknown
  readonly enabled: boolean
  readonly locked: boolean
  readonly owner: string
}

/** Rules of one level; people lose sight of more, and each costs time. */
const mostRules = 500

/** Adds a rule behind the others of its level. @throws OrderError */
export async function addRule(
  order: PolicyOrder,
  scope: Scope,
  given: NewRule,
  checkRule: CheckRule,
): Promise<KeptRule> {
  const text = await checkRuleAt(order, scope, given.text, checkRule)
  if (given.owner !== '' && parseMailbox(given.owner, { smtputf8: true }) === null)
    throw new OrderError('wrong', `${given.owner} is no mail address`)
  const there = await order.policy.rules(scope.name)
  if (there.length >= mostRules)
    throw new OrderError('wrong', `${scope.name} has ${mostRules} rules already, which is the most`)
  const rule: KeptRule = {
    ...text,
    id: newRuleId(),
    scope: scope.name,
    position: (there.at(-1)?.position ?? -1) + 1,
    enabled: given.enabled,
    locked: given.locked,
    owner: given.owner,
    changedAt: order.at,
    changedBy: order.who,
    paused: null,
  }
  await order.policy.putRule(rule)
  await record(order, 'rule-added', rule)
  return rule
}

/** Switches a rule on or off; switched on, one that was paused runs again. @throws OrderError */
export async function switchRule(order: PolicyOrder, id: string, enabled: boolean): Promise<KeptRule> {
  const rule = await findRule(order, id)
  const changed = { ...rule, enabled, paused: null, changedAt: order.at, changedBy: order.who }
  await order.policy.putRule(changed)
  await record(order, enabled ? 'rule-enabled' : 'rule-disabled', changed)
  return changed
}

/** Gives a rule another text; its place and its switch stay. @throws OrderError */
export async function changeRule(
  order: PolicyOrder,
  id: string,
  value: unknown,
  checkRule: CheckRule,
): Promise<KeptRule> {
  const rule = await findRule(order, id)
  const text = await checkRuleAt(order, await readScope(rule.scope, order.directory), value, checkRule)
  const changed = {
    ...rule,
    ...text,
    paused: null,
    changedAt: order.at,
    changedBy: order.who,
  }
  await order.policy.putRule(changed)
  await record(order, 'rule-changed', changed)
  return changed
}

/** Puts a rule at a place among those of its level; the first is 1. @throws OrderError */
export async function moveRule(order: PolicyOrder, id: string, place: number): Promise<KeptRule[]> {
  const rule = await findRule(order, id)
  const ids = (await order.policy.rules(rule.scope)).map((each) => each.id).filter((each) => each !== id)
  if (!Number.isInteger(place) || place < 1 || place > ids.length + 1)
    throw new OrderError('wrong', `the place is a number from 1 to ${ids.length + 1}`)
  ids.splice(place - 1, 0, id)
  await order.policy.orderRules(rule.scope, ids)
  await order.directory.recordChange(order.at, 'rule-moved', order.who, { id, place })
  return order.policy.rules(rule.scope)
}

/** @throws OrderError */
export async function deleteRule(order: PolicyOrder, id: string): Promise<KeptRule> {
  const rule = await findRule(order, id)
  await order.policy.deleteRule(id)
  await record(order, 'rule-deleted', rule)
  return rule
}

/** @throws OrderError */
export async function findRule({ policy }: Pick<PolicyOrder, 'policy'>, id: string): Promise<KeptRule> {
  const rule = await policy.rule(id)
  if (!rule) throw new OrderError('not-found', `there is no rule ${id}; "mailkeep rule list" shows them`)
  return rule
}

/** Whether a rule can stand at a level: what it says, and whom it names. @throws OrderError */
export async function checkRuleAt(
  { directory }: Pick<PolicyOrder, 'directory'>,
  scope: Scope,
  value: unknown,
  checkRule: CheckRule,
): Promise<RuleText> {
  const text = readText(value, checkRule)
  await assertTargets(text, scope, directory)
  return text
}

function readText(value: unknown, checkRule: CheckRule): RuleText {
  try {
    return checkRule(value)
  } catch (cause) {
    throw new OrderError('wrong', (cause as Error).message)
  }
}

/** Short enough to be typed; letters that look like digits are left out. */
function newRuleId(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  return `r-${Array.from({ length: 7 }, () => letters[randomInt(letters.length)]).join('')}`
}

async function record({ directory, at, who }: PolicyOrder, what: string, rule: KeptRule): Promise<void> {
  await directory.recordChange(at, what, who, rule)
}
