import type { DryRunResult } from '@mailkeep/contract'
import type { DryRunFound, DryRunOrder } from '#services/policy/policy-bench.ts'
import { moment } from './moment.ts'

const mostTenants = 100

const reasons: Readonly<Record<string, string>> = {
  'content-gone': 'the content is kept no more, and the rule looks into it',
  'no-right': 'the rule looks into content, and your role may not',
  'too-large': 'the message is too large to be looked into here',
  slow: 'the rule took longer than a rule may, and would not have counted',
}

/** What a dry run has found, as the contract has it. */
export function describeDryRun(order: DryRunOrder, found: DryRunFound): DryRunResult {
  const tenants = Object.entries(found.tenants)
    .map(([tenant, counts]) => ({ tenant, ...counts }))
    .sort((a, b) => b.changed - a.changed || b.deliveries - a.deliveries)
  return {
    since: moment(order.since),
    until: moment(order.until),
    deliveries: found.deliveries,
    holds: found.holds,
    changed: found.changed,
    changes: Object.entries(found.changes)
      .map(([key, deliveries]) => {
        const [before = '', after = ''] = key.split(' ')
        return { before, after, deliveries }
      })
      .sort((a, b) => b.deliveries - a.deliveries),
    tenants: tenants.slice(0, mostTenants),
    unknown: Object.entries(found.unknown).map(([why, deliveries]) => ({
      why: reasons[why] ?? why,
      deliveries,
    })),
    samples: found.samples.map(({ at, ...each }) => ({ ...each, at: moment(at) })),
    isCut: found.isCut,
  }
}
