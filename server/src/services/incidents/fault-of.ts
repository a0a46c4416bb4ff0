import type { FindingState } from '#services/watch/finding.ts'
import type { Incident } from './incident.ts'

/** The fault that a finding speaks of: the one by its cause, or that of the incident which it belongs to already. */
export function faultIn(open: readonly Incident[], finding: FindingState): string {
  const fault = faultOf(finding)
  if (finding.endedAt !== null) return fault
  const held = open.find((each) => each.findings?.includes(keyOf(finding)))?.finding ?? fault
  const isNewKnown = finding.cause !== 'unknown' && open.some((each) => each.finding === fault)
  return isNewKnown ? fault : held
}

/** What findings have in common that speak of one fault. Those without a cause are one until they are told apart. */
export function faultOf({ cause, hop, node, limit }: FindingState): string {
  const next = limit?.hop ?? hop
  if (next !== null) return `${cause} ${next}`
  return cause === 'node' ? `node ${limit?.node ?? node ?? 'site'}` : `${cause} site`
}

/** One finding, from its beginning to its end. */
export function keyOf({ kind, subject, foundAt }: FindingState): string {
  return `${kind} ${subject} ${foundAt}`
}

/** The finding that says most: one that says what is known already, else one with a cause, the earliest of them. */
export function leading(open: readonly FindingState[], incident: Incident | null): FindingState {
  const rank = ({ cause }: FindingState) => {
    if (cause === 'unknown') return 2
    return incident?.cause && incident.cause.name !== cause ? 1 : 0
  }
  return open.toSorted(
    (a, b) => rank(a) - rank(b) || depthOf(a) - depthOf(b) || a.since - b.since,
  )[0] as FindingState
}

/** Where things are held up is nearer to the limit than where that is felt. */
const inward = ['inspect', 'decide', 'deliver', 'accept', 'wait']
const depthOf = ({ stage, limit }: FindingState) => (inward.indexOf(limit?.stage ?? stage) + 9) % 9

/** What it is, and where the limit is. */
export function placeOf({ cause, stage, node, hop, limit }: FindingState) {
  return {
    ...{ cause, stage: limit?.stage ?? stage, node: limit ? limit.node : node },
    hop: limit?.hop ?? hop,
  }
}
