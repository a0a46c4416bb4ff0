import type { RuleText } from '#flow/inspection/message-rule.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { makeStep } from './make-step.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { KeptRule, PolicyStore } from './policy-store.ts'
import { readScope, type Scope } from './scope.ts'
import { addition, assertRoom, type CheckRule, checkRuleAt, readyRule, removal } from './write-rule.ts'

const format = 'mailkeep-rules'
/** A file of more is none that people have made. */
const mostRules = 5000

/** Rules as a file holds them, in order. */
export interface RuleFile {
  readonly format: typeof format
  readonly version: 1
  readonly rules: readonly (RuleText & Pick<KeptRule, 'scope' | 'enabled' | 'locked' | 'owner'>)[]
}

/** The rules of a level, or of all, as a file that other sites and levels can take. */
export async function exportRules(policy: PolicyStore, scope: string | null): Promise<RuleFile> {
  const rules = await policy.rules(scope)
  return {
    format,
    version: 1,
    rules: rules.map((rule) => {
      const { name, direction, conditions, exceptions, actions, enabled, locked, owner } = rule
      return { scope: rule.scope, name, direction, conditions, exceptions, actions, enabled, locked, owner }
    }),
  }
}

export interface ImportTerms {
  /** All rules go to this level; null: to the one that each names. */
  readonly level: string | null
  /** The rules that these levels have now go when the new ones are there. */
  readonly replace: boolean
  /** None of them runs before it is switched on. */
  readonly off: boolean
}

/** Adds the rules of a file behind those there are. All are looked at before the first is added. @throws OrderError */
export async function importRules(
  order: PolicyOrder,
  file: unknown,
  { level, replace, off }: ImportTerms,
  checkRule: CheckRule,
): Promise<KeptRule[]> {
  const ready: { given: Record<string, unknown>; scope: Scope }[] = []
  for (const [index, given] of rulesIn(file).entries()) {
    try {
      const scope = await readScope(level ?? String(given.scope ?? ''), order.directory)
      await checkRuleAt(order, scope, given, checkRule)
      ready.push({ given, scope })
    } catch (cause) {
      if (!(cause instanceof OrderError)) throw cause
      throw new OrderError('wrong', `rule ${index + 1} of the file: ${cause.message}`)
    }
  }
  const levels = Map.groupBy(ready, ({ scope }) => scope.name)
  const added: KeptRule[] = []
  for (const [name, mine] of levels) {
    const scope = mine[0]!.scope
    const there = await order.policy.rules(name)
    const first = (there.at(-1)?.position ?? -1) + 1
    const rules: KeptRule[] = []
    for (const [index, { given }] of mine.entries()) {
      const enabled = !off && given.enabled !== false
      const owner = typeof given.owner === 'string' ? given.owner : ''
      const rule = { text: given, enabled, locked: given.locked === true, owner }
      rules.push(await readyRule(order, scope, rule, first + index, checkRule))
    }
    const gone = replace ? there.map(removal) : []
    assertRoom(name, there.length - gone.length + rules.length)
    await makeStep(order, { what: 'rules-imported', scope }, [...gone, ...rules.map(addition)])
    added.push(...rules)
  }
  return added
}

function rulesIn(file: unknown): Record<string, unknown>[] {
  const given = file as Partial<RuleFile> | null
  if (typeof given !== 'object' || given === null || given.format !== format || !Array.isArray(given.rules))
    throw new OrderError('wrong', `the file is none of rules; "mailkeep rule export" makes one`)
  if (given.version !== 1) throw new OrderError('wrong', 'the file is of a newer version')
  if (given.rules.length > mostRules) throw new OrderError('wrong', `a file may have ${mostRules} rules`)
  return given.rules.map((each: unknown, index) => {
    if (typeof each === 'object' && each !== null) return each as Record<string, unknown>
    throw new OrderError('wrong', `rule ${index + 1} of the file is no rule`)
  })
}
