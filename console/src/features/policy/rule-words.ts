import type { Rule, RuleText } from '@mailkeep/contract'

/** Fields of a message as people call them. */
export const fieldWords: Readonly<Record<string, string>> = {
  sender: 'envelope sender',
  from: 'author (From)',
  recipient: 'recipient',
  to: 'To or Cc',
  'reply-to': 'Reply-To',
  subject: 'subject',
  header: 'header field',
  body: 'text of the message',
  'attachment-name': 'name of a file',
  'attachment-type': 'kind of a file',
  size: 'size',
  score: 'score',
  'source-ip': 'sending server',
}

export const testWords: Readonly<Record<string, string>> = {
  contains: 'contains',
  is: 'is',
  begins: 'begins with',
  ends: 'ends with',
  matches: 'matches the pattern',
  holds: 'holds a',
  above: 'is above',
  below: 'is below',
  in: 'is one of',
  'member-of': 'is in the group',
}

export const actionWords: Readonly<Record<string, string>> = {
  'never-hold': 'let it through, whatever lists and score say',
  quarantine: 'put it into quarantine',
  reject: 'refuse it',
  hold: 'hold it for a person',
  'add-score': 'add points to the score',
  subject: 'put a text before the subject',
  header: 'add a header field',
  'remove-header': 'take a header field out',
  footer: 'put a footer under the text',
  'strip-attachment': 'take files out',
  copy: 'send a copy to',
  redirect: 'send it to somebody else instead',
  'require-tls': 'let it leave encrypted only',
}

export interface Condition {
  readonly field: string
  readonly header?: string
  readonly test: string
  readonly values: readonly string[]
}
export type Action = Readonly<Record<string, unknown>> & { readonly do: string }

/** A rule while it is written. */
export interface Draft {
  readonly name: string
  readonly direction: 'inbound' | 'outbound' | 'both'
  readonly conditions: readonly Condition[]
  readonly exceptions: readonly Condition[]
  readonly actions: readonly Action[]
  readonly enabled: boolean
  readonly locked: boolean
  readonly owner: string
}

export const emptyCondition: Condition = { field: 'subject', test: 'contains', values: [] }
export const emptyDraft: Draft = {
  name: '',
  direction: 'inbound',
  conditions: [emptyCondition],
  exceptions: [],
  actions: [{ do: 'quarantine' }],
  enabled: true,
  locked: false,
  owner: '',
}

export function draftOf(rule: Rule): Draft {
  const { name, direction, conditions, exceptions, actions, enabled, locked, owner } = rule
  return {
    name,
    direction,
    conditions,
    exceptions,
    actions: actions as readonly Action[],
    enabled,
    locked,
    owner,
  }
}

/** What a template or a file says, as a draft. */
export function draftOfText({
  name = '',
  direction = 'inbound',
  conditions,
  exceptions,
  actions,
}: RuleText): Draft {
  return {
    ...emptyDraft,
    name,
    direction,
    conditions: conditions as unknown as readonly Condition[],
    exceptions: (exceptions ?? []) as unknown as readonly Condition[],
    actions: actions as unknown as readonly Action[],
  }
}

/** The draft as the API takes it; blank values do not count. */
export function textOf({ name, direction, conditions, exceptions, actions }: Draft): RuleText {
  const filled = (all: readonly Condition[]) =>
    all.map(({ field, header, test, values }) => ({
      field,
      ...(field === 'header' && { header: header ?? '' }),
      test,
      values: values.map((each) => each.trim()).filter((each) => each !== ''),
    }))
  return {
    name,
    direction,
    conditions: filled(conditions),
    exceptions: filled(exceptions),
    actions: actions.map((each) => ({ ...each })),
  }
}

const shown = 3

/** A condition as one reads it: `subject contains invoice or bill`. */
export function conditionWords({ field, header, test, values }: Condition): string {
  const named = values.filter((each) => each.trim() !== '')
  const some = named.slice(0, shown).join(' or ') || '…'
  const more = named.length > shown ? ` or ${named.length - shown} more` : ''
  const name = field === 'header' ? `header field ${header ?? ''}` : (fieldWords[field] ?? field)
  return `${name} ${testWords[test] ?? test} ${some}${more}`
}

export function actionText(action: Action): string {
  const { do: what, points, prefix, name, to, types, endings } = action as Record<string, unknown> & Action
  const detail = points ?? prefix ?? name ?? to ?? [types, endings].flat().filter(Boolean).join(', ')
  const words = actionWords[what] ?? what
  return detail === undefined || detail === '' || what === 'footer' ? words : `${words}: ${String(detail)}`
}

/** A whole rule in one sentence. */
export function ruleSentence({
  conditions,
  exceptions,
  actions,
}: Pick<Draft, 'conditions' | 'exceptions' | 'actions'>): string {
  const groups = Map.groupBy(conditions, ({ field, header = '' }) => `${field} ${header}`)
  const when = [...groups.values()].map((each) => each.map(conditionWords).join(' or ')).join(', and ')
  const unless = exceptions.length > 0 ? `, unless ${exceptions.map(conditionWords).join(' or ')}` : ''
  return `When ${when}${unless}: ${actions.map(actionText).join('; ')}.`
}
