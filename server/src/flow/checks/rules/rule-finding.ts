import type { Finding } from '#flow/inspection/check.ts'
import type { MessageRule, RuleAction } from '#flow/inspection/message-rule.ts'
import type { DueRule } from './order-rules.ts'
import type { RuleCode } from './rule-codes.ts'

const refusal = { code: 550, enhanced: '5.7.1', text: 'Not accepted by a policy of the recipient' }

/** What a rule that holds says; its first action that decides is its wish. */
export function matchFinding(rule: MessageRule, only: readonly string[] | null, isCut: boolean): Finding {
  const does = rule.actions.map(describeAction).join(', ')
  return {
    ...base('rule-matched', rule, `The rule "${nameOf(rule)}" of ${rule.scope} holds: ${does}.`),
    weight: rule.actions.reduce((sum, each) => sum + (each.do === 'add-score' ? each.points : 0), 0),
    kind: 'policy',
    evidence: { ...evidenceOf(rule), does, ...(isCut && { onlyBeginningOfText: true }) },
    ...wishOf(rule.actions),
    ...(only && { only }),
  }
}

/** What is noted where a rule could not be asked; the message goes on as if it did not hold. */
export function skipFinding(
  { rule, tenant }: DueRule,
  message: string,
  why: 'slow' | 'time-used-up' | 'paused' | 'unreadable',
  ms: number,
): Finding {
  const words = {
    slow: `took longer than a rule may (${Math.round(ms)} ms)`,
    'time-used-up': 'was not asked: the rules before it had used up the time of the message',
    paused: 'was not asked: it has been too slow too often',
    unreadable: 'cannot be read by this version; save it again',
  }
  return {
    ...base('rule-skipped', rule, `The rule "${nameOf(rule)}" of ${rule.scope} ${words[why]}.`),
    evidence: { ...evidenceOf(rule), tenant, message, why, ms: Math.round(ms) },
  }
}

const unchanged: Readonly<Record<string, string>> = {
  signed: 'it is signed, and the signature would break',
  encrypted: 'it is encrypted',
  report: 'it is a report for programs',
  'no-text': 'it has no text that a footer could stand under',
  'unknown-encoding': 'a text is written in a way that is not known here',
  'no-such-address': 'the address is none of this level any more',
}

/** What is noted where a change could not be made; the message goes on without it. */
export function unchangedFinding(
  rule: MessageRule,
  action: string,
  why: string,
  only: readonly string[],
): Finding {
  const words = unchanged[why] ?? why
  return {
    ...base(
      'rule-change-skipped',
      rule,
      `The rule "${nameOf(rule)}" of ${rule.scope} wants ${action}, which was left: ${words}.`,
    ),
    evidence: { ...evidenceOf(rule), action, why },
    only,
  }
}

/** Mail for somebody who is not there any more waits for a person: neither its first recipient nor a stranger may get it. */
export function lostTargetFinding(rule: MessageRule, to: string, only: readonly string[]): Finding {
  return {
    check: 'rules',
    code: 'rule-target-lost' satisfies RuleCode,
    weight: 0,
    text: `The rule "${nameOf(rule)}" of ${rule.scope} sends mail to ${to}, who is none of its level any more.`,
    kind: 'policy',
    // Not as a wish of the rule: one before it that never holds mail says nothing of this.
    proposal: 'hold',
    evidence: { ...evidenceOf(rule), to },
    only,
  }
}

function base(code: RuleCode, rule: MessageRule, text: string): Finding {
  return { check: 'rules', code, weight: 0, text, rule: rule.id }
}

function evidenceOf({ id, name, scope }: MessageRule): Record<string, unknown> {
  return { rule: id, name, scope }
}

function nameOf({ name, id }: MessageRule): string {
  return name === '' ? id : name
}

function wishOf(actions: readonly RuleAction[]): Partial<Finding> {
  for (const { do: what } of actions) {
    if (what === 'never-hold') return { wish: 'never-hold' }
    if (what === 'quarantine' || what === 'hold') return { proposal: what }
    if (what === 'reject') return { proposal: 'reject', reply: refusal }
  }
  return {}
}

function describeAction(action: RuleAction): string {
  switch (action.do) {
    case 'add-score':
      return `add ${action.points} points`
    case 'subject':
      return `put "${action.prefix}" before the subject`
    case 'header':
      return `add the field ${action.name}`
    case 'remove-header':
      return `remove the field ${action.name}`
    case 'never-hold':
      return 'never hold'
    case 'copy':
    case 'redirect':
      return `${action.do} to ${action.to}`
    case 'require-tls':
      return action.verify ? 'require TLS with a proven name' : 'require TLS'
    case 'strip-attachment':
      return `take out files (${[...action.types, ...action.endings].join(', ')})`
    case 'footer':
      return 'put a footer under the text'
    default:
      return action.do
  }
}
