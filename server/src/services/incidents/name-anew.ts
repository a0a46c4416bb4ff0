import type { FindingState } from '#services/watch/finding.ts'
import { evidenceOf, words } from './describe-fault.ts'
import { faultOf, keyOf, placeOf } from './fault-of.ts'
import type { CauseName, Incident } from './incident.ts'
import { type IncidentOrder, takeStep } from './incident-order.ts'
import { checkCause } from './name-cause.ts'
import { takeBackBlame } from './take-back-blame.ts'

const mostFindings = 200

/**
 * Says stage, node and cause anew where measurements say so, and which findings belong to it; what a person has named
 * stays.
 */
export async function nameAnew(
  order: IncidentOrder,
  incident: Incident,
  first: FindingState,
  open: readonly FindingState[],
): Promise<void> {
  const keys = open.map(keyOf)
  const joined = keys.filter((each) => !incident.findings?.includes(each))
  const { cause, stage, node, hop } = placeOf(first)
  const before = incident.cause
  // What is known less well by now is no news: evidence fades before the last mail is through.
  const isVaguer =
    before !== null &&
    (cause === 'unknown' ||
      (cause === before.name && hop === null && Boolean(incident.hop)) ||
      // A next hop that is not spoken to since its TLS is broken is no other fault, whoever runs it.
      (before.name === 'tls' && isHop(cause) && hop === incident.hop))
  // A person who says that nobody knows has named nothing: whoever knows later says it.
  const isOurs = !isVaguer && (before === null || before.who === order.who || before.name === 'unknown')
  const isMoved =
    isOurs && cause !== 'unknown' && (before?.name !== cause || incident.finding !== faultOf(first))
  const isElsewhere =
    isMoved ||
    (isOurs && (incident.stage !== stage || incident.node !== node || (incident.hop ?? null) !== hop))
  if (joined.length === 0 && !isElsewhere) return
  const known = before?.evidence ?? []
  // The TLS of a server of others is theirs as well.
  const isTheirTls = cause === 'tls' && incident.isUpstream && hop !== null && hop === incident.hop
  const isUpstream = cause === 'upstream' || isTheirTls
  const face = isMoved && incident.isUpstream && !isUpstream ? await takeBackBlame(order, incident) : null
  const named = isMoved && {
    ...{ finding: faultOf(first), isUpstream },
    cause: checkCause(order, {
      ...{ name: cause, words: words(first), evidence: [...known, ...open.flatMap(evidenceOf)] },
    }),
  }
  const hasWords = isMoved && before?.name !== cause
  await takeStep(order, incident, {
    what: isMoved ? 'incident-cause-named' : 'incident-located',
    now: {
      findings: [...(incident.findings ?? []), ...joined].slice(-mostFindings),
      ...(isElsewhere && { stage, node, hop }),
      ...named,
    },
    ...(face && { face }),
    ...(hasWords && { log: { kind: 'cause' as const, text: `${cause}: ${words(first)}` } }),
    before: {
      ...{ cause: before?.name ?? null, stage: incident.stage },
      ...{ node: incident.node, hop: incident.hop ?? null },
    },
    after: { cause, stage, node, hop },
  })
}

/** A server that mail goes to, ours or another's. */
const isHop = (cause: CauseName) => cause === 'next-hop' || cause === 'upstream'
