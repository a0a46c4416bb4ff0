import type { Arrival } from '#flow/inspection/check.ts'
import type { MessageRule } from '#flow/inspection/message-rule.ts'
import type { TenantBook } from '#flow/inspection/tenant-book.ts'

/** A rule and the recipients of a message whose rule it is. */
export interface DueRule {
  readonly rule: MessageRule
  /** Whose mail it looks at. */
  readonly tenant: string
  readonly recipients: readonly string[]
}

/** As much of how a message came in as says whose rules look at it. */
type Whose = Pick<Arrival, 'rcptTo' | 'mailFrom' | 'direction' | 'ours'>

interface Level {
  readonly scope: string
  /** Wider levels have smaller numbers. */
  readonly rank: number
  readonly tenant: string
  readonly recipients: string[]
}

/**
 * The rules that look at a message, in the order in which they decide: first locked ones, the widest level first,
 * so that nobody below gets round them; then those of the narrowest level, which know best, up to the widest.
 */
export function orderRules(whose: Whose, book: TenantBook): DueRule[] {
  const { ours, ...sent } = whose
  if (!ours) return orderOneWay(sent, book)
  // What goes both ways is looked at by the rules of its sender, and for our own people by theirs.
  const others = sent.rcptTo.filter((each) => !ours.includes(each))
  const { direction: _outbound, ...received } = sent
  return [
    ...orderOneWay({ ...sent, rcptTo: others }, book),
    ...orderOneWay({ ...received, rcptTo: ours }, book),
  ]
}

function orderOneWay({ rcptTo, mailFrom, direction }: Omit<Whose, 'ours'>, book: TenantBook): DueRule[] {
  const isOutbound = direction === 'outbound'
  const levels = new Map<string, Level>()
  const everybody = new Set(rcptTo)
  for (const person of isOutbound ? [mailFrom] : everybody) {
    const scopes = book.scopesOf(person)
    const tenant = scopes.findLast((each) => each.startsWith('tenant:'))?.slice('tenant:'.length) ?? ''
    // What somebody sends is looked at by his rules, whoever it goes to.
    const recipients = isOutbound ? [...everybody] : [person]
    for (const [index, scope] of scopes.entries()) {
      const level = levels.get(scope)
      if (level) level.recipients.push(...recipients)
      else levels.set(scope, { scope, rank: rankOf(scope, index), tenant, recipients: [...recipients] })
    }
  }
  const byWidth = [...levels.values()].sort((a, b) => a.rank - b.rank || (a.scope < b.scope ? -1 : 1))
  const due = (level: Level) =>
    book
      .rulesOf(level.scope)
      .filter((each) => each.direction === 'both' || (each.direction === 'outbound') === isOutbound)
      .map((rule): DueRule => ({ rule, tenant: level.tenant, recipients: level.recipients }))
  return [
    ...byWidth.flatMap(due).filter(({ rule }) => rule.locked),
    ...byWidth
      .toReversed()
      .flatMap(due)
      .filter(({ rule }) => !rule.locked),
  ]
}

const kinds = ['tenant', 'domain', 'group', 'user']

function rankOf(scope: string, index: number): number {
  return kinds.indexOf(scope.slice(0, scope.indexOf(':'))) * 100 + Math.min(index, 99)
}
