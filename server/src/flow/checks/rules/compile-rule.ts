import { isIP } from 'node:net'
import type { RuleCondition, RuleField, RuleText } from '#flow/inspection/message-rule.ts'
import { compileLiterals, compilePattern, type Pattern, SearchedText } from '#ground/patterns/pattern.ts'
import { PatternError } from '#ground/patterns/pattern-error.ts'
import type { SearchMemory } from '#ground/patterns/search.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { type FieldValues, keyOf } from './field-values.ts'
import { RuleError } from './read-rule.ts'
import { sensitiveTemplates } from './sensitive/templates.ts'

/** Asked now and then whether the time of a rule is over. */
export type IsOver = () => boolean

/** The time of a rule is over before it knew. */
export class RuleStopped extends Error {
  readonly code = 'rule-stopped'
}

/** A condition ready to be held against a message, or a recipient of it. @throws RuleStopped */
type Test = (values: FieldValues, isOver: IsOver) => boolean
type RecipientTest = (recipient: SearchedText, isOver: IsOver) => boolean

/** A rule whose patterns are made. All of it computes at once, so that its time can be told from that of others. */
export interface CompiledRule {
  /** It looks into the content of the message, which has to be decoded before. */
  readonly needsContent: boolean
  /** Whether it holds for a message, recipients apart. @throws RuleStopped */
  holds(values: FieldValues, isOver: IsOver): boolean
  /** Whether it holds for a recipient of the envelope. @throws RuleStopped */
  takes(recipient: string, isOver: IsOver): boolean
}

/** From this many texts on, one automaton for all is cheaper than looking for each. */
const manyTexts = 8

const addressFields: readonly RuleField[] = ['sender', 'from', 'recipient', 'to', 'reply-to']
const contentFields: readonly RuleField[] = ['body', 'attachment-name', 'attachment-type']

/** Levels that an address belongs to; none where nobody can be asked. */
type LevelsOf = (address: string) => readonly string[]

interface Tools {
  readonly memory: SearchMemory
  readonly levelsOf: LevelsOf
}

/** Makes a rule ready for use. @throws RuleError that says which condition cannot be taken, and why */
export function compileRule(rule: RuleText, memory: SearchMemory, levelsOf: LevelsOf): CompiledRule {
  const tools = { memory, levelsOf }
  const groups = groupByField(rule.conditions).map((each) => each.map((one) => compile(one, tools, toTest)))
  const exceptions = ofMessage(rule.exceptions).map((each) => compile(each, tools, toTest))
  const to = ofRecipient(rule.conditions).map((each) => compile(each, tools, textTest))
  const notTo = ofRecipient(rule.exceptions).map((each) => compile(each, tools, textTest))
  return {
    needsContent: [...rule.conditions, ...rule.exceptions].some((each) => contentFields.includes(each.field)),
    holds: (values, isOver) =>
      groups.every((tests) => tests.some((test) => test(values, isOver))) &&
      !exceptions.some((test) => test(values, isOver)),
    takes(recipient, isOver) {
      const text = new SearchedText(keyOf(recipient))
      const some = (tests: readonly RecipientTest[]) => tests.some((test) => test(text, isOver))
      return (to.length === 0 || some(to)) && !some(notTo)
    },
  }
}

const ofMessage = (all: readonly RuleCondition[]) => all.filter((each) => each.field !== 'recipient')
const ofRecipient = (all: readonly RuleCondition[]) => all.filter((each) => each.field === 'recipient')

/** Conditions on one field stand together; what costs nothing comes first, so that most mail never gets to bodies. */
function groupByField(conditions: readonly RuleCondition[]): RuleCondition[][] {
  const groups = new Map<string, RuleCondition[]>()
  for (const condition of ofMessage(conditions)) {
    const key = `${condition.field} ${condition.header ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), condition])
  }
  return [...groups.values()].sort((a, b) => costOf(a[0]) - costOf(b[0]))
}

function costOf(condition: RuleCondition | undefined): number {
  if (!condition) return 0
  if (condition.field === 'body') return 3
  if (contentFields.includes(condition.field)) return 2
  return ['size', 'score', 'source-ip'].includes(condition.field) ? 0 : 1
}

function compile<Made>(
  condition: RuleCondition,
  tools: Tools,
  make: (condition: RuleCondition, tools: Tools) => Made,
): Made {
  try {
    return make(condition, tools)
  } catch (cause) {
    if (!(cause instanceof PatternError)) throw cause
    throw new RuleError(`the pattern for ${condition.header ?? condition.field}: ${cause.message}`)
  }
}

function toTest(condition: RuleCondition, tools: Tools): Test {
  const { field, test, values } = condition
  if (test === 'above' || test === 'below') return numberTest(condition)
  if (field === 'source-ip') {
    const networks = new NetworkList(values.map(readNetwork))
    return (found) => networks.contains(found.sourceIp)
  }
  const finds = textTest(condition, tools)
  return (found, isOver) => found.textsOf(condition).some((text) => finds(text, isOver))
}

function numberTest({ field, test, values }: RuleCondition): Test {
  const bounds = values.map((each) => {
    const found = /^(-?\d{1,12})(?: ?([KM])i?B?)?$/i.exec(each.trim())
    if (!found) throw new RuleError(`${field} ${test} takes a number, such as 200 or 10M`)
    return Number(found[1]) * ({ K: 1 << 10, M: 1 << 20 }[found[2]?.toUpperCase() ?? ''] ?? 1)
  })
  return (found) => {
    const number = found.numberOf(field)
    return bounds.some((bound) => (test === 'above' ? number > bound : number < bound))
  }
}

type TextTest = RecipientTest

function textTest({ field, test, values }: RuleCondition, { memory, levelsOf }: Tools): TextTest {
  const small = values.map((each) => each.toLowerCase())
  switch (test) {
    case 'contains':
      return small.length < manyTexts
        ? (text) => small.some((each) => text.small.includes(each))
        : patternTest([compileLiterals(small, memory)])
    case 'begins':
      return (text) => small.some((each) => text.small.startsWith(each))
    case 'ends':
      return (text) => small.some((each) => text.small.endsWith(each))
    case 'matches':
      return patternTest(values.map((each) => compilePattern(each, memory)))
    case 'holds':
      return templateTest(small)
    case 'member-of':
      return ({ text }) => {
        const levels = levelsOf(text)
        return small.some((each) => levels.includes(`group:${each}`))
      }
    default:
      return equalTest(field, small)
  }
}

function patternTest(patterns: readonly Pattern[]): TextTest {
  return (text, isOver) =>
    patterns.some((each) => {
      const end = each.find(text, isOver)
      if (end === 'stopped') throw new RuleStopped()
      return end === 'found'
    })
}

function templateTest(names: readonly string[]): TextTest {
  const templates = names.map((name) => {
    const template = sensitiveTemplates[name]
    if (!template)
      throw new RuleError(
        `there is no template ${name}; there are ${Object.keys(sensitiveTemplates).join(', ')}`,
      )
    return template
  })
  return (text, isOver) =>
    templates.some((each) => {
      if (isOver()) throw new RuleStopped()
      return each.find(text.text)
    })
}

/** Of an address, a value without @ is its exact domain. */
function equalTest(field: RuleField, values: readonly string[]): TextTest {
  if (!addressFields.includes(field)) {
    const wanted = new Set(values.map((each) => each.trim()))
    return (text) => wanted.has(text.small.trim())
  }
  const wanted = new Set(values.map((each) => keyOf(each.trim().replace(/^@/, ''))))
  return ({ small }) => wanted.has(small) || wanted.has(small.slice(small.lastIndexOf('@') + 1))
}

function readNetwork(value: string): string {
  const [address = '', bits, ...more] = value.trim().split('/')
  const family = isIP(address)
  const most = family === 4 ? 32 : 128
  const size = bits === undefined ? most : Number(bits)
  if (family === 0 || more.length > 0 || !Number.isInteger(size) || size < 0 || size > most || bits === '')
    throw new RuleError(`${value} is no address or network, such as 192.0.2.0/24`)
  return `${address}/${size}`
}
