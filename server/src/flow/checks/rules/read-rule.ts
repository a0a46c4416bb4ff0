import type {
  RuleAction,
  RuleCondition,
  RuleField,
  RuleTest,
  RuleText,
} from '#flow/inspection/message-rule.ts'
import { normaliseAddress, parseMailbox } from '#ground/mail/address.ts'

/** A rule that cannot be taken; the text says why, for whoever wrote it. */
export class RuleError extends Error {
  readonly code = 'rule'
  constructor(text: string) {
    super(text)
    this.name = 'RuleError'
  }
}

const mostConditions = 50
const mostValues = 10_000
const longestValue = 16_384
const mostActions = 20
const mostPoints = 10_000

const textTests: readonly RuleTest[] = ['contains', 'is', 'begins', 'ends', 'matches', 'in']

const personTests: readonly RuleTest[] = [...textTests, 'member-of']

/** Tests that a field takes. */
const testsOf: Readonly<Record<RuleField, readonly RuleTest[]>> = {
  sender: personTests,
  from: personTests,
  recipient: personTests,
  to: personTests,
  'reply-to': textTests,
  subject: [...textTests, 'holds'],
  header: textTests,
  body: ['contains', 'matches', 'holds'],
  'attachment-name': textTests,
  'attachment-type': ['is', 'in'],
  size: ['above', 'below'],
  score: ['above', 'below'],
  'source-ip': ['is', 'in'],
}

/** Fields with the tests that each takes, and actions: what rules are made of. */
export function ruleWords(): {
  readonly fields: readonly { readonly field: string; readonly tests: readonly string[] }[]
  readonly actions: readonly string[]
} {
  return { fields: ruleFields.map((field) => ({ field, tests: testsOf[field] })), actions: ruleActions }
}

const ruleFields = Object.keys(testsOf) as RuleField[]

const longestFooter = 10_000
/** Addresses that one rule may copy to: each copy is a delivery of its own. */
const mostCopies = 5

type Fields = Readonly<Record<string, unknown>>

/** Reads a rule from JSON. Whether its patterns can be taken compileRule() says. @throws RuleError */
export function readRuleText(value: unknown): RuleText {
  const given = fieldsOf(value, 'a rule')
  const direction = given.direction ?? 'inbound'
  if (direction !== 'inbound' && direction !== 'outbound' && direction !== 'both')
    throw new RuleError('direction is inbound, outbound or both')
  const conditions = listOf(given.conditions, 'conditions', mostConditions).map(readCondition)
  const exceptions = listOf(given.exceptions ?? [], 'exceptions', mostConditions).map(readCondition)
  const actions = listOf(given.actions, 'actions', mostActions).map(readAction)
  if (conditions.length === 0) throw new RuleError('a rule needs a condition; it would hold for all mail')
  if (actions.length === 0) throw new RuleError('a rule needs something to do')
  if (actions.filter((each) => each.do === 'copy').length > mostCopies)
    throw new RuleError(`a rule may copy to ${mostCopies} addresses`)
  const values = [...conditions, ...exceptions].reduce((sum, each) => sum + each.values.length, 0)
  if (values > mostValues) throw new RuleError(`a rule may have ${mostValues} values; this one has ${values}`)
  const name = line(given.name ?? '', 'name', 200)
  return { name, direction, conditions, exceptions, actions }
}

function readCondition(value: unknown): RuleCondition {
  const given = fieldsOf(value, 'a condition')
  const field = ruleFields.find((each) => each === given.field)
  if (!field)
    throw new RuleError(`there is no field ${String(given.field)}; there are ${ruleFields.join(', ')}`)
  const test = testsOf[field].find((each) => each === given.test)
  if (!test) throw new RuleError(`${field} takes ${testsOf[field].join(', ')}, not ${String(given.test)}`)
  const values = listOf(given.values, 'values', mostValues).map((each) => text(each, 'a value', longestValue))
  if (values.length === 0 || values.some((each) => each.trim() === ''))
    throw new RuleError(`a condition on ${field} has an empty value, which would hold for all mail`)
  if (field !== 'header') return { field, test, values }
  const header = text(given.header ?? '', 'header', 100).toLowerCase()
  if (!isFieldName(header)) throw new RuleError('a condition on a header field names it, such as x-mailer')
  return { field, header, test, values }
}

function readAction(value: unknown): RuleAction {
  const given = fieldsOf(value, 'an action')
  const what = String(given.do)
  switch (what) {
    case 'never-hold':
    case 'quarantine':
    case 'reject':
    case 'hold':
      return { do: what }
    case 'add-score': {
      const points = Number(given.points)
      if (!Number.isInteger(points) || Math.abs(points) > mostPoints || points === 0)
        throw new RuleError(`add-score takes whole points up to ${mostPoints}, also below zero`)
      return { do: what, points }
    }
    case 'subject':
      return { do: what, prefix: line(given.prefix ?? '', 'prefix', 100, 1) }
    case 'header':
      return { do: what, name: headerName(given.name), value: line(given.value ?? '', 'value', 500) }
    case 'remove-header':
      return { do: what, name: headerName(given.name).toLowerCase() }
    case 'footer':
      return readFooter(given)
    case 'strip-attachment':
      return readStrip(given)
    case 'copy':
    case 'redirect':
      return { do: what, to: address(given.to, what) }
    case 'require-tls':
      return { do: what, verify: given.verify === true }
    case 'seal':
      throw new RuleError('seal cannot be done yet: there is no portal to read sealed mail in; use hold')
    default:
      throw new RuleError(`there is no action ${what}; there are ${ruleActions.join(', ')}`)
  }
}

const ruleActions: readonly RuleAction['do'][] = [
  'never-hold',
  'quarantine',
  'reject',
  'hold',
  'add-score',
  'subject',
  'header',
  'remove-header',
  'footer',
  'strip-attachment',
  'copy',
  'redirect',
  'require-tls',
]

function readFooter(given: Fields): RuleAction {
  const html = given.html ?? null
  const footer = {
    do: 'footer',
    text: block(given.text ?? '', 'the text of a footer').trim(),
    html: html === null ? null : block(html, 'the page of a footer').trim(),
    once: given.once === true,
  } as const
  if (footer.text === '') throw new RuleError('a footer needs a text')
  return footer
}

function block(value: unknown, what: string): string {
  const found = text(value, what, longestFooter)
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(found)) throw new RuleError(`${what} has control characters`)
  return found
}

function readStrip(given: Fields): RuleAction {
  const words = (value: unknown, what: string) =>
    listOf(value ?? [], what, 100).map((each) => line(each, what, 100, 1).toLowerCase())
  const types = words(given.types, 'types')
  const endings = words(given.endings, 'endings')
  if (types.length + endings.length === 0)
    throw new RuleError('strip-attachment needs types such as executable, or endings such as .js, or all')
  return { do: 'strip-attachment', types, endings }
}

function address(value: unknown, what: string): string {
  const found = line(value ?? '', `the address of ${what}`, 320)
  if (parseMailbox(found, { smtputf8: true }) === null)
    throw new RuleError(`${what} needs a mail address, not ${found === '' ? 'nothing' : found}`)
  return normaliseAddress(found).lookupKey
}

/** Fields that hold a message together, or that say what we know of it, are not for rules to change. */
const keptFields =
  /^(?:received|return-path|mailkeep-.*|authentication-results|arc-.*|dkim-signature|mime-version|content-.*|from|date|message-id)$/

function headerName(value: unknown): string {
  const name = text(value ?? '', 'name', 76)
  if (!isFieldName(name)) throw new RuleError(`${name || 'nothing'} is no name of a header field`)
  if (keptFields.test(name.toLowerCase())) throw new RuleError(`rules do not change the field ${name}`)
  return name
}

function isFieldName(text: string): boolean {
  return /^[!-9;-~]+$/.test(text)
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new RuleError(`${what} is an object`)
}

function listOf(value: unknown, what: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new RuleError(`${what} is a list`)
  if (value.length > most) throw new RuleError(`${what} may have ${most} entries`)
  return value
}

function text(value: unknown, what: string, most: number): string {
  const found = typeof value === 'number' ? String(value) : value
  if (typeof found !== 'string') throw new RuleError(`${what} is a text`)
  if (found.length > most) throw new RuleError(`${what} has more than ${most} characters`)
  return found
}

function line(value: unknown, what: string, most: number, least = 0): string {
  const found = text(value, what, most)
  if (/[\x00-\x1f\x7f]/.test(found)) throw new RuleError(`${what} is one line`)
  if (found.length < least) throw new RuleError(`${what} is missing`)
  return found
}
