import type { Finding, Routing } from '#flow/inspection/check.ts'
import type { MessageRule } from '#flow/inspection/message-rule.ts'
import type { TenantBook } from '#flow/inspection/tenant-book.ts'
import type { DueRule } from './order-rules.ts'
import { lostTargetFinding, unchangedFinding } from './rule-finding.ts'

export interface RuleRoutings {
  readonly routings: readonly Routing[]
  readonly findings: readonly Finding[]
}

/**
 * Where a rule that holds sends mail, and on what terms. Its addresses were those of its own level when it was
 * written; they are looked at once more, since people and domains come and go.
 */
export function routingsOf(
  { rule, tenant }: DueRule,
  recipients: readonly string[],
  book: TenantBook,
): RuleRoutings {
  const routings: Routing[] = []
  const findings: Finding[] = []
  for (const action of rule.actions) {
    if (action.do === 'require-tls')
      routings.push({ kind: 'require-tls', verify: action.verify, rule: rule.id, only: recipients })
    else if (action.do === 'copy' || action.do === 'redirect') {
      const { do: kind, to } = action
      if (mayReach(rule, tenant, to, book)) routings.push({ kind, to, rule: rule.id, only: recipients })
      else if (kind === 'redirect') findings.push(lostTargetFinding(rule, to, recipients))
      else findings.push(unchangedFinding(rule, `a copy to ${to}`, 'no-such-address', recipients))
    }
  }
  return { routings, findings }
}

/** Whether an address belongs to whoever the rule belongs to, or to a customer of theirs. */
function mayReach({ scope }: MessageRule, tenant: string, to: string, book: TenantBook): boolean {
  return book.scopesOf(to).includes(scope.startsWith('tenant:') ? scope : `tenant:${tenant}`)
}
