import type { Completeness } from '@mailkeep/contract'
import { isOfHouse, type Principal } from '#services/access/principal.ts'
import type { IndexProgress } from '#services/search/search-store.ts'
import { moment, momentOrNull } from './moment.ts'

/**
 * How far the index and each node reach, as the contract has it. Nodes by name, and how much of the mail of all tenants is
 * wrong, are the house's: others learn that a part is silent, and which stretches are wrong.
 */
export function describeCompleteness(
  { completeUpTo, nodes, stretches }: IndexProgress,
  principal: Principal,
): Completeness {
  const isHouse = isOfHouse(principal)
  const silent = nodes.flatMap((each) => each.unknownSince ?? [])
  return {
    completeUpTo: momentOrNull(completeUpTo),
    unknownSince: silent.length === 0 ? null : moment(Math.min(...silent)),
    nodes: (isHouse ? nodes : []).map((each) => ({
      node: each.node,
      completeUpTo: moment(each.completeUpTo),
      unknownSince: momentOrNull(each.unknownSince),
    })),
    stretches: stretches.map(({ since, until, kind, entries, foundAt, mendedAt }) => ({
      ...{ from: moment(since), to: moment(until), kind, entries: isHouse ? entries : null },
      ...{ foundAt: momentOrNull(foundAt), mendedAt: momentOrNull(mendedAt) },
    })),
  }
}
