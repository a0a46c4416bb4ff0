import type { FindingState } from '#services/watch/finding.ts'
import { findingHeads, measuredWords } from '#services/watch/measured-words.ts'
import { placeOf } from './fault-of.ts'
import type { Evidence, Predicate } from './incident.ts'

/** What an incident begins with, from the finding that says most and all that speak of the same fault. */
export function describeFault(first: FindingState, open: readonly FindingState[], lateMs: number) {
  const { since, direction, share } = first
  const { cause, stage, node, hop } = placeOf(first)
  return {
    name: nameOf(first),
    text: `Our own measurements say: ${open.slice(0, 5).map(words).join('; ')}.`,
    isTold: false,
    impact: share !== null && share >= 0.5 ? ('major' as const) : ('minor' as const),
    state: 'suspected' as const,
    ...{ startedAt: since, startFrom: 'telemetry' as const, direction, node, hop, stage },
    isUpstream: cause === 'upstream',
    predicate: predicateOf(first, lateMs),
    ...(cause !== 'unknown' && {
      cause: { name: cause, words: words(first), evidence: open.flatMap(evidenceOf) },
    }),
  }
}

/** What the incident of a finding is called, for people who read lists. */
function nameOf({ kind, subject }: FindingState): string {
  const head = findingHeads[kind]
  return `${head.charAt(0).toUpperCase()}${head.slice(1)} (${subject})`.slice(0, 120)
}

/** A finding in a sentence's words. */
export function words(finding: FindingState): string {
  const { kind, subject, share } = finding
  const { cause, stage, node, hop } = placeOf(finding)
  const part = share === null ? '' : `, ${(100 * share).toFixed(0)} % of it`
  const place = [`stage ${stage}`, ...(node === null ? [] : [`node ${node}`]), hop ?? '']
  return `${findingHeads[kind]} (${subject})${part}; cause: ${cause}, ${place.filter(Boolean).join(', ')}`
}

/** What was measured, as evidence of an incident. */
export function evidenceOf({ evidence, subject, seenAt }: FindingState): Evidence[] {
  return evidence.map(({ what, measured, usual, unit }) => ({
    what: `${what} (${subject})`,
    value: measuredWords(measured, unit),
    usual: usual === null ? null : measuredWords(usual, unit),
    at: seenAt,
  }))
}

const kinds: Readonly<Partial<Record<FindingState['kind'], Partial<Predicate>>>> = {
  'deferred-share': { kind: 'deferred' },
  'refused-share': { kind: 'refused' },
  'quarantined-share': { kind: 'quarantined' },
  'held-share': { kind: 'held' },
  'temperror-share': { onError: true },
  'incomplete-share': { onError: true },
}
/** Of late mail, that of so many times as long before the first bad period belongs to it: it was found by its lateness. */
const before = 5

/**
 * Which mail it touches, as far as the finding says; mail that was late where it says no more. A watcher that is silent
 * touches none: with all late mail as its list it would own what other faults did.
 */
function predicateOf(
  { kind, since, direction, node, limit }: FindingState,
  lateMs: number,
): Predicate | null {
  if (kind === 'watcher-silent') return null
  const said = kinds[kind]
  // Where it is accepted says nothing of mail that another node holds up.
  const isHere = node !== null && (said !== undefined || limit?.node === node)
  return {
    ...{ since: said ? since : since - before * lateMs, until: null },
    ...(direction !== null && { direction }),
    ...(isHere && { node }),
    ...(said ?? { lateBy: lateMs }),
  }
}
