import type { CheckResult, Finding, InspectedMessage, LastCheck, Routing } from '#flow/inspection/check.ts'
import type { MessageRule, RuleAction } from '#flow/inspection/message-rule.ts'
import type { TenantBook } from '#flow/inspection/tenant-book.ts'
import { SearchMemory } from '#ground/patterns/search.ts'
import { threadMs } from '#ground/platform/thread-time.ts'
import { type CompiledRule, compileRule, RuleStopped } from './compile-rule.ts'
import { FieldValues } from './field-values.ts'
import { type DueRule, orderRules } from './order-rules.ts'
import { RuleError } from './read-rule.ts'
import { type Editing, editsFor } from './rule-edits.ts'
import { matchFinding, skipFinding } from './rule-finding.ts'
import { routingsOf } from './rule-routings.ts'

/** Time of one rule, and of all rules for one message, in milliseconds of this thread (product: 50 and 200). */
const ruleMs = 50
const messageMs = 200
/** Overruns after which a rule is left out here, until it is changed; see flow/inspection/rule-guard.ts. */
const mostOverruns = 5
/** Others have a turn when rules have computed for so long. */
const turnMs = 10

/**
 * Rules of tenants: each sees only mail for recipients of its level, costs no more than its time, and says what it
 * wants; decide() weighs that. A rule that is too slow is passed over and noted, and after some times left out.
 */
export function createRules(book: TenantBook, now: () => number = threadMs): LastCheck {
  const memory = new SearchMemory()
  const compiled = new WeakMap<MessageRule, CompiledRule | null>()
  const overruns = new WeakMap<MessageRule, number>()
  /** Null: this version cannot read the rule, which costs nobody but its owner. */
  const ready = (rule: MessageRule): CompiledRule | null => {
    const known = compiled.get(rule)
    if (known !== undefined) return known
    const made = tryToCompile(rule, memory, (address) => book.scopesOf(address))
    compiled.set(rule, made)
    return made
  }

  /** Asks one rule; null: it was stopped. Answers the recipients that it holds for. */
  const ask = ({ rule, recipients }: DueRule, values: FieldValues): readonly string[] | null => {
    const until = now() + ruleMs
    const isOver = () => now() > until
    try {
      const made = ready(rule)
      if (!made?.holds(values, isOver)) return []
      return recipients.filter((each) => made.takes(each, isOver))
    } catch (cause) {
      if (!(cause instanceof RuleStopped)) throw cause
      overruns.set(rule, (overruns.get(rule) ?? 0) + 1)
      return null
    }
  }

  async function run(
    message: InspectedMessage,
    found: readonly Finding[],
    signal: AbortSignal,
  ): Promise<CheckResult> {
    const due = orderRules(message.arrival, book)
    if (due.length === 0) return { findings: [] }
    const needsContent = due.some(({ rule }) => ready(rule)?.needsContent)
    const score = found.reduce((sum, each) => sum + (each.only ? 0 : each.weight), 0)
    const values = new FieldValues(message, needsContent ? await message.content() : null, score)
    const everybody = new Set(message.arrival.rcptTo).size
    const findings: Finding[] = []
    const editing: Editing[] = []
    const routings: Routing[] = []
    let [spent, turn] = [0, 0]
    for (const each of due) {
      const { rule } = each
      if ((overruns.get(rule) ?? 0) >= mostOverruns) {
        findings.push(skipFinding(each, message.id, 'paused', 0))
        continue
      }
      if (ready(rule) === null) {
        findings.push(skipFinding(each, message.id, 'unreadable', 0))
        continue
      }
      if (spent > messageMs || signal.aborted) {
        findings.push(skipFinding(each, message.id, 'time-used-up', 0))
        continue
      }
      const started = now()
      const takes = ask(each, values)
      const took = now() - started
      spent += took
      turn += took
      if (takes === null) findings.push(skipFinding(each, message.id, 'slow', took))
      else if (takes.length > 0) {
        const isAll = takes.length === everybody
        findings.push(matchFinding(rule, isAll ? null : takes, values.isCut))
        if (changesMessage(rule)) editing.push({ rule, recipients: takes })
        const routed = routingsOf(each, takes, book)
        routings.push(...routed.routings)
        findings.push(...routed.findings)
      }
      if (turn > turnMs) {
        turn = 0
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const { edits, unchanged, stripped } = await editsFor(editing, message)
    const whole = stripped.map(({ rule, only }): Routing => ({ kind: 'keep-whole', rule: rule.id, only }))
    return { findings: [...findings, ...unchanged], edits, routings: [...routings, ...whole] }
  }
  return { name: 'rules', run }
}

function tryToCompile(
  rule: MessageRule,
  memory: SearchMemory,
  levelsOf: TenantBook['scopesOf'],
): CompiledRule | null {
  try {
    return compileRule(rule, memory, levelsOf)
  } catch (cause) {
    if (cause instanceof RuleError) return null
    throw cause
  }
}

const changing: ReadonlySet<RuleAction['do']> = new Set([
  'subject',
  'header',
  'remove-header',
  'footer',
  'strip-attachment',
])

function changesMessage({ actions }: MessageRule): boolean {
  return actions.some((each) => changing.has(each.do))
}
