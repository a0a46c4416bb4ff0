import type { Completeness } from '@mailkeep/contract'
import type { IndexProgress } from '#services/search/search-store.ts'
import { moment, momentOrNull } from './moment.ts'

/** How far the index and each node reach, as the contract has it. */
export function describeCompleteness({ completeUpTo, nodes, stretches }: IndexProgress): Completeness {
  return {
    completeUpTo: momentOrNull(completeUpTo),
    nodes: nodes.map((each) => ({
      node: each.node,
      completeUpTo: moment(each.completeUpTo),
      unknownSince: momentOrNull(each.unknownSince),
    })),
    stretches: stretches.map(({ since, until, kind, entries, foundAt, mendedAt }) => ({
      ...{ from: moment(since), to: moment(until), kind, entries },
      ...{ foundAt: momentOrNull(foundAt), mendedAt: momentOrNull(mendedAt) },
    })),
  }
}
