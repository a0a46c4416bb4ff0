import type { MessageRule } from '#flow/inspection/message-rule.ts'
import type { TenantBook } from '#flow/inspection/tenant-book.ts'

/** A rule and the recipients of a message whose rule it is. */
export interface DueRule {
  readonly rule: MessageRule
  /** Whose mail it looks at. */
  readonly tenant: string
  readonly recipients: readonly string[]
}

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
export function orderRules(recipients: readonly string[], book: TenantBook): DueRule[] {
  const levels = new Map<string, Level>()
  for (const recipient of new Set(recipients)) {
    const scopes = book.scopesOf(recipient)
    const tenant = scopes.findLast((each) => each.startsWith('tenant:'))?.slice('tenant:'.length) ?? ''
    for (const [index, scope] of scopes.entries()) {
      const level = levels.get(scope)
      if (level) level.recipients.push(recipient)
      else levels.set(scope, { scope, rank: rankOf(scope, index), tenant, recipients: [recipient] })
    }
  }
  const byWidth = [...levels.values()].sort((a, b) => a.rank - b.rank || (a.scope < b.scope ? -1 : 1))
  const due = (level: Level) =>
    book
      .rulesOf(level.scope)
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
