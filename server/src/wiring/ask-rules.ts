import { type CompiledRule, compileRule, RuleStopped } from '#flow/checks/rules/compile-rule.ts'
import type { FieldValues } from '#flow/checks/rules/field-values.ts'
import { type DueRule, orderRules } from '#flow/checks/rules/order-rules.ts'
import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { MessageRule, RuleCondition } from '#flow/inspection/message-rule.ts'
import type { TenantBook } from '#flow/inspection/tenant-book.ts'
import { SearchMemory } from '#ground/patterns/search.ts'
import type { AskedRule } from '#services/policy/policy-bench.ts'

/** Time of one rule in the mail flow, in milliseconds (product: 50). */
const ruleMs = 50
/** Rules that are told of; one level has 500 at most. */
const mostRules = 500
/** Values are told up to this many characters. */
const longestValue = 200

/** Every rule that looks at a message, in the order in which they decide: whether it holds, on what, how long it took. */
export function askRules(message: InspectedMessage, values: FieldValues, book: TenantBook): AskedRule[] {
  const memory = new SearchMemory()
  return orderRules(message.arrival, book)
    .slice(0, mostRules)
    .map((due) => askRule(due, values, memory, (address) => book.scopesOf(address)))
}

function askRule(
  { rule, recipients }: DueRule,
  values: FieldValues,
  memory: SearchMemory,
  levelsOf: (address: string) => readonly string[],
): AskedRule {
  const about = { id: rule.id, name: rule.name, level: rule.scope }
  const started = performance.now()
  const until = started + ruleMs
  const isOver = () => performance.now() > until
  const ms = () => Math.round((performance.now() - started) * 10) / 10
  try {
    const compiled = compileRule(rule, memory, levelsOf)
    const takes = compiled.holds(values, isOver)
      ? recipients.filter((each) => compiled.takes(each, isOver))
      : []
    const took = ms()
    const on = findParts(rule, values, recipients, memory, levelsOf)
    return { ...about, holds: takes.length > 0, stopped: false, ms: took, on, recipients: takes.slice(0, 20) }
  } catch (cause) {
    if (!(cause instanceof RuleStopped)) throw cause
    return { ...about, holds: false, stopped: true, ms: ms(), on: [], recipients: [] }
  }
}

type Part = AskedRule['on'][number]

/** Conditions and exceptions that hold, each with its first value that does. */
function findParts(
  rule: MessageRule,
  values: FieldValues,
  recipients: readonly string[],
  memory: SearchMemory,
  levelsOf: (address: string) => readonly string[],
): Part[] {
  const until = performance.now() + ruleMs
  const isOver = () => performance.now() > until
  const holds = (condition: RuleCondition) => {
    const alone = compileRule({ ...rule, conditions: [condition], exceptions: [] }, memory, levelsOf)
    return condition.field === 'recipient'
      ? recipients.some((each) => alone.takes(each, isOver))
      : holdsAlone(alone, values, isOver)
  }
  const told = (part: Part['part']) => (condition: RuleCondition) => {
    if (!holds(condition)) return []
    const value = firstThatHolds(condition, holds).slice(0, longestValue)
    const field = condition.header === undefined ? condition.field : `header ${condition.header}`
    return [{ part, field, test: condition.test, value }]
  }
  try {
    return [...rule.conditions.flatMap(told('condition')), ...rule.exceptions.flatMap(told('exception'))]
  } catch (cause) {
    if (cause instanceof RuleStopped) return []
    throw cause
  }
}

function holdsAlone(compiled: CompiledRule, values: FieldValues, isOver: () => boolean): boolean {
  return compiled.holds(values, isOver)
}

/** Halves the values of a condition that holds until one is left: lists may have thousands. */
function firstThatHolds(condition: RuleCondition, holds: (condition: RuleCondition) => boolean): string {
  let values = condition.values
  while (values.length > 1) {
    const half = values.slice(0, values.length >> 1)
    values = holds({ ...condition, values: half }) ? half : values.slice(half.length)
  }
  return values[0] ?? ''
}
