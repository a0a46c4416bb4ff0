import { compileRule, RuleStopped } from '#flow/checks/rules/compile-rule.ts'
import { FieldValues } from '#flow/checks/rules/field-values.ts'
import { orderRules } from '#flow/checks/rules/order-rules.ts'
import { matchFinding } from '#flow/checks/rules/rule-finding.ts'
import { createSenderLists } from '#flow/checks/sender-lists/sender-lists.ts'
import type { Finding, InspectedMessage } from '#flow/inspection/check.ts'
import type { MessageRule, RuleCondition, RuleField } from '#flow/inspection/message-rule.ts'
import { SearchMemory } from '#ground/patterns/search.ts'
import type { TracedMessage } from '#services/ledger/ledger-store.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'
import type { ProposedBook } from './proposed-book.ts'
import { ownFindings } from './try-message.ts'

/** What a proposal makes of the findings of a message; `unknown`: why it cannot be told. */
export type Proposed =
  | { readonly findings: readonly Finding[]; readonly heldFor: readonly string[] }
  | { readonly unknown: string }

/** Time of one rule in a dry run, as in the mail flow. */
const ruleMs = 50

/** Fields that the ledger keeps; the others are in the content alone. */
const keptFields: readonly RuleField[] = [
  'sender',
  'from',
  'recipient',
  'subject',
  'size',
  'score',
  'source-ip',
]

/**
 * The findings of a message with a proposal: what the rule or the entries in question said then is taken out, and what
 * they would say is put in its place. All else stands as it was found.
 */
export class ProposalJudge {
  readonly #proposal: PolicyProposal
  readonly #book: ProposedBook
  readonly #memory = new SearchMemory()

  constructor(proposal: PolicyProposal, book: ProposedBook) {
    this.#proposal = proposal
    this.#book = book
  }

  /** Whether more than the ledger has is needed to be sure. */
  get wantsContent(): boolean {
    const { rule } = this.#proposal
    return (
      rule?.rule?.enabled === true &&
      [...rule.rule.conditions, ...rule.rule.exceptions].some(({ field }) => !keptFields.includes(field))
    )
  }

  /** @param isWhole the content is there, and not only what the ledger keeps */
  async judge(traced: TracedMessage, message: InspectedMessage, isWhole: boolean): Promise<Proposed> {
    const before = traced.explanation.findings as readonly Finding[]
    const lists = await this.#askLists(before, message)
    const ruled = await this.#askRule(before, message, isWhole)
    if ('unknown' in ruled) return ruled
    const heldFor = [...new Set([...lists.heldFor, ...ruled.heldFor])]
    return { findings: [...lists.findings, ...ruled.findings], heldFor }
  }

  async #askLists(before: readonly Finding[], message: InspectedMessage) {
    const stand = before.filter(({ check }) => check !== 'rules')
    const { scope, senders } = this.#proposal
    if (senders.length === 0) return { findings: stand, heldFor: [] }
    const isMeant = ({ evidence }: Finding) =>
      evidence?.scope === scope && senders.some(({ entry }) => entry === evidence.entry)
    const others = stand.filter((each) => each.check !== 'sender-lists' || !isMeant(each))
    const { findings } = await createSenderLists(this.#book).run(
      message,
      ownFindings(before),
      new AbortController().signal,
    )
    const mine = findings.filter(isMeant)
    const heldFor = mine.flatMap(({ only }) => only ?? message.arrival.rcptTo)
    return { findings: [...others, ...mine], heldFor }
  }

  async #askRule(before: readonly Finding[], message: InspectedMessage, isWhole: boolean): Promise<Proposed> {
    const { rule: proposed } = this.#proposal
    const found = before.filter(({ check }) => check === 'rules')
    if (proposed === null) return { findings: found, heldFor: [] }
    const others = found.filter(({ rule }) => rule !== proposed.id)
    const rule = proposed.rule
    const due = orderRules(message.arrival, this.#book)
    const mine = due.find((each) => each.rule.id === proposed.id)
    if (!rule?.enabled || !mine) return { findings: others, heldFor: [] }
    const takes = await this.#takes(rule, mine.recipients, before, message, isWhole)
    if (takes === null) return { unknown: 'content-gone' }
    if (takes === 'slow') return { unknown: 'slow' }
    if (takes.length === 0) return { findings: others, heldFor: [] }
    const isAll = takes.length === new Set(message.arrival.rcptTo).size
    const order = due.map((each) => each.rule.id)
    const later = new Set(order.slice(order.indexOf(proposed.id) + 1))
    const at = others.findIndex((each) => each.rule !== undefined && later.has(each.rule))
    return {
      findings: others.toSpliced(
        at < 0 ? others.length : at,
        0,
        matchFinding(rule, isAll ? null : takes, false),
      ),
      heldFor: takes,
    }
  }

  /** Recipients that the rule holds for. Null: that is not known without the content. */
  async #takes(
    rule: MessageRule,
    recipients: readonly string[],
    before: readonly Finding[],
    message: InspectedMessage,
    isWhole: boolean,
  ): Promise<readonly string[] | null | 'slow'> {
    const isKnown = ({ field }: RuleCondition) => isWhole || keptFields.includes(field)
    const conditions = rule.conditions.filter(isKnown)
    const exceptions = rule.exceptions.filter(isKnown)
    const isAll = conditions.length === rule.conditions.length && exceptions.length === rule.exceptions.length
    const compiled = compileRule({ ...rule, conditions, exceptions }, this.#memory, (address) =>
      this.#book.scopesOf(address),
    )
    const score = ownFindings(before).reduce((sum, each) => sum + (each.only ? 0 : each.weight), 0)
    const content = isWhole && compiled.needsContent ? await message.content() : null
    const values = new FieldValues(message, content, score)
    const until = performance.now() + ruleMs
    const isOver = () => performance.now() > until
    try {
      const takes = compiled.holds(values, isOver)
        ? recipients.filter((each) => compiled.takes(each, isOver))
        : []
      // Where what is known says no already, the rest would not make it yes.
      return isAll || takes.length === 0 ? takes : null
    } catch (cause) {
      if (cause instanceof RuleStopped) return 'slow'
      throw cause
    }
  }
}
