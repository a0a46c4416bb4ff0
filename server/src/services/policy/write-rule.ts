import { randomInt } from 'node:crypto'
import type { RuleText } from '#flow/inspection/message-rule.ts'
import { parseMailbox } from '#ground/mail/address.ts'
import { mostRules } from '#ground/platform/most-kept.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { makeStep } from './make-step.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { KeptRule } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'
import { assertTargets } from './rule-targets.ts'
import { type Levels, readScope, type Scope } from './scope.ts'

/** Reads a rule and tries its patterns. Throws with what is wrong; flow knows rules, so whoever wires passes it in. */
export type CheckRule = (value: unknown) => RuleText

export interface NewRule {
  readonly text: unknown
  readonly enabled: boolean
  readonly locked: boolean
  readonly owner: string
}

/** Adds a rule behind the others of its level. @throws OrderError */
export async function addRule(
  order: PolicyOrder,
  scope: Scope,
  given: NewRule,
  checkRule: CheckRule,
): Promise<KeptRule> {
  const there = await order.policy.rules(scope.name)
  const rule = await readyRule(order, scope, given, (there.at(-1)?.position ?? -1) + 1, checkRule)
  assertRoom(scope.name, there.length + 1)
  await makeStep(order, { what: 'rule-added', scope }, [addition(rule)])
  return rule
}

/** @throws OrderError where a level would have more rules than it may */
export function assertRoom(scope: string, rules: number): void {
  if (rules > mostRules)
    throw new OrderError('wrong', `${scope} would have ${rules} rules; ${mostRules} is the most`)
}

/** The edit that brings a rule. */
export function addition(rule: KeptRule): PolicyEdit {
  return { what: 'rule', scope: rule.scope, id: rule.id, before: null, after: rule }
}

/** The edit that takes a rule away. */
export function removal(rule: KeptRule): PolicyEdit {
  return { what: 'rule', scope: rule.scope, id: rule.id, before: rule, after: null }
}

/** A rule as it would be kept, once all of it has been checked. @throws OrderError */
export async function readyRule(
  order: PolicyOrder,
  scope: Scope,
  given: NewRule,
  position: number,
  checkRule: CheckRule,
): Promise<KeptRule> {
  const text = await checkRuleAt(order, scope, given.text, checkRule)
  checkOwner(given.owner)
  const { enabled, locked, owner } = given
  const [changedAt, changedBy] = [order.at, order.who]
  return {
    ...text,
    id: newRuleId(),
    scope: scope.name,
    position,
    enabled,
    locked,
    owner,
    changedAt,
    changedBy,
    paused: null,
  }
}

/** @throws OrderError where it is no address */
export function checkOwner(owner: string): void {
  if (owner !== '' && parseMailbox(owner, { smtputf8: true }) === null)
    throw new OrderError('wrong', `${owner} is no mail address`)
}

/**
 * Switches a rule on or off; switched on, one that was paused runs again. Who looks after some people switches on none
 * that others wrote to send mail to somebody out of his reach. @throws OrderError
 */
export async function switchRule(order: PolicyOrder, id: string, enabled: boolean): Promise<KeptRule> {
  const rule = await findRule(order, id)
  if (enabled && order.reaches)
    await assertTargets(rule, await placeOf(order, rule), order.directory, order.reaches)
  return replaceRule(order, rule, { ...rule, enabled }, enabled ? 'rule-enabled' : 'rule-disabled')
}

/** What of a rule is changed beside its text; absent: as it was. */
export type RuleTraits = Partial<Pick<KeptRule, 'enabled' | 'locked' | 'owner'>>

/**
 * Gives a rule another text; its place stays, and its switch where nothing else is said.
 * @param of its id, or the rule as whoever changes it has read it
 * @throws OrderError
 */
export async function changeRule(
  order: PolicyOrder,
  of: string | KeptRule,
  value: unknown,
  checkRule: CheckRule,
  traits: RuleTraits = {},
): Promise<KeptRule> {
  const rule = typeof of === 'string' ? await findRule(order, of) : of
  const text = await checkRuleAt(order, await readScope(rule.scope, order.directory), value, checkRule)
  if (traits.owner !== undefined) checkOwner(traits.owner)
  return replaceRule(order, rule, { ...rule, ...text, ...traits }, 'rule-changed')
}

async function replaceRule(
  order: PolicyOrder,
  before: KeptRule,
  wanted: KeptRule,
  what: string,
): Promise<KeptRule> {
  const after = { ...wanted, paused: null, changedAt: order.at, changedBy: order.who }
  const edit: PolicyEdit = { what: 'rule', scope: before.scope, id: before.id, before, after }
  await makeStep(order, { what, scope: await placeOf(order, before) }, [edit])
  return after
}

/** Puts a rule at a place among those of its level; the first is 1. @throws OrderError */
export async function moveRule(order: PolicyOrder, id: string, place: number): Promise<KeptRule[]> {
  const rule = await findRule(order, id)
  const before = (await order.policy.rules(rule.scope)).map((each) => each.id)
  const after = before.filter((each) => each !== id)
  if (!Number.isInteger(place) || place < 1 || place > before.length)
    throw new OrderError('wrong', `the place is a number from 1 to ${before.length}`)
  after.splice(place - 1, 0, id)
  if (after.join() !== before.join())
    await makeStep(order, { what: 'rule-moved', scope: await placeOf(order, rule) }, [
      { what: 'order', scope: rule.scope, before, after },
    ])
  return order.policy.rules(rule.scope)
}

/** @throws OrderError */
export async function deleteRule(order: PolicyOrder, id: string): Promise<KeptRule> {
  const rule = await findRule(order, id)
  await makeStep(order, { what: 'rule-deleted', scope: await placeOf(order, rule) }, [removal(rule)])
  return rule
}

/** Level of a rule and whose it is; of a level that is gone, nobody's. */
async function placeOf(
  { directory }: Pick<PolicyOrder, 'directory'>,
  { scope }: KeptRule,
): Promise<Pick<Scope, 'name' | 'tenant'>> {
  try {
    return await readScope(scope, directory)
  } catch (cause) {
    if (cause instanceof OrderError) return { name: scope, tenant: '' }
    throw cause
  }
}

/** @throws OrderError */
export async function findRule({ policy }: Pick<PolicyOrder, 'policy'>, id: string): Promise<KeptRule> {
  const rule = await policy.rule(id)
  if (!rule) throw new OrderError('not-found', `there is no rule ${id}; "mailkeep rule list" shows them`)
  return rule
}

/** Whether a rule can stand at a level: what it says, and whom it names. @throws OrderError */
export async function checkRuleAt(
  { directory, reaches }: { readonly directory: Levels } & Pick<PolicyOrder, 'reaches'>,
  scope: Scope,
  value: unknown,
  checkRule: CheckRule,
): Promise<RuleText> {
  const text = readText(value, checkRule)
  await assertTargets(text, scope, directory, reaches)
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
