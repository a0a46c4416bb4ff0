import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { FindingState, FindingStore } from '#services/watch/finding.ts'
import { findingHeads, measuredWords } from '#services/watch/measured-words.ts'
import { type Evidence, type Incident, isOver, type Predicate } from './incident.ts'
import { type IncidentOrder, takeStep } from './incident-order.ts'
import { measureIncident } from './measure-incident.ts'
import { checkCause } from './name-cause.ts'
import { openIncident } from './open-incident.ts'
import { updateIncident } from './update-incident.ts'

export interface FollowParts {
  readonly order: (at: number) => IncidentOrder
  readonly findings: Pick<FindingStore, 'findings'>
  readonly ledger: Pick<LedgerStore, 'affected'>
  readonly now: () => number
  /** Mail that takes longer than this is late (ms). */
  readonly lateMs: number
}

/** Measurements are good for so long before an incident that a machine opened is closed by it. */
export const closeAfterMs = 30 * 60_000
/** The same fault within a day is the same incident, which opens again. */
const sameForMs = 86_400_000
const mostFindings = 200
const mostIncidents = 100

/**
 * Opens incidents for what measurements find, a fault at a time however many findings speak of it; names the cause anew
 * when another one holds things up; watches them when all is good, and closes them half an hour later. What a person
 * does to one meanwhile stays.
 */
export async function followFindings({ order, findings, ledger, now, lateMs }: FollowParts): Promise<void> {
  const at = now()
  const known = await findings.findings(at - sameForMs, mostFindings)
  const open = (await order(at).incidents.list({ open: true }, mostIncidents)).filter(
    ({ finding }) => finding !== null,
  )
  const hands: Hands = { order: order(at), ledger, lateMs }
  const faults = Map.groupBy(known, (each) => faultIn(open, each))
  for (const [fault, found] of faults) {
    const bad = found.filter((each) => each.endedAt === null)
    const incident =
      open.find((each) => each.finding === fault) ?? (await hands.order.incidents.ofFinding(fault))
    if (bad.length > 0) await unlessChanged(raise(hands, fault, bad, incident))
    else if (incident && !isOver(incident)) await unlessChanged(settle(hands, incident, found))
  }
  // What spoke of them speaks of another one now.
  for (const each of open) if (!faults.has(each.finding ?? '')) await unlessChanged(settle(hands, each, []))
}

/** Another process with the same job, or a person, was faster: the next round looks again. */
async function unlessChanged(step: Promise<void>): Promise<void> {
  try {
    await step
  } catch (cause) {
    if (!(cause instanceof OrderError && cause.code === 'changed')) throw cause
  }
}

/** The fault that a finding speaks of: the one by its cause, or that of the incident which it belongs to already. */
function faultIn(open: readonly Incident[], finding: FindingState): string {
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
function keyOf({ kind, subject, foundAt }: FindingState): string {
  return `${kind} ${subject} ${foundAt}`
}

interface Hands {
  readonly order: IncidentOrder
  readonly ledger: Pick<LedgerStore, 'affected'>
  readonly lateMs: number
}

async function raise(
  { order, ledger, lateMs }: Hands,
  fault: string,
  open: readonly FindingState[],
  incident: Incident | null,
): Promise<void> {
  const first = leading(open, incident)
  const isSame = incident !== null && (!isOver(incident) || order.at - (incident.resolvedAt ?? 0) < sameForMs)
  if (!isSame) {
    const { id } = await openIncident(order, { ...describe(first, open, lateMs), finding: fault })
    const opened = await measureIncident(order, ledger, id)
    await nameAnew(order, opened, first, open)
    return
  }
  if (isOver(incident)) {
    const text = `Measurements are bad again: ${words(first)}.`
    const again = { state: 'investigating', text, isTold: incident.isPublic } as const
    await nameAnew(order, await updateIncident(order, incident.id, again), first, open)
  } else if (incident.quietSince !== null) {
    const now = { quietSince: null }
    await nameAnew(order, await takeStep(order, incident, { what: 'incident-bad-again', now }), first, open)
  } else await nameAnew(order, incident, first, open)
}

/** The finding that says most: one that says what is known already, else one with a cause, the earliest of them. */
function leading(open: readonly FindingState[], incident: Incident | null): FindingState {
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

/**
 * Says stage, node and cause anew where measurements say so, and which findings belong to it; what a person has named
 * stays.
 */
async function nameAnew(
  order: IncidentOrder,
  incident: Incident,
  first: FindingState,
  open: readonly FindingState[],
): Promise<void> {
  const keys = open.map(keyOf)
  const joined = keys.filter((each) => !incident.findings?.includes(each))
  const { cause, stage, node, hop } = placeOf(first)
  const isOurs = incident.cause === null || incident.cause.who === order.who
  const isMoved =
    isOurs && cause !== 'unknown' && (incident.cause?.name !== cause || incident.finding !== faultOf(first))
  const isElsewhere =
    isMoved ||
    (isOurs && (incident.stage !== stage || incident.node !== node || (incident.hop ?? null) !== hop))
  if (joined.length === 0 && !isElsewhere) return
  const known = incident.cause?.evidence ?? []
  const named = isMoved && {
    finding: faultOf(first),
    isUpstream: cause === 'upstream',
    cause: checkCause(order, {
      ...{ name: cause, words: words(first), evidence: [...known, ...open.flatMap(evidenceOf)] },
    }),
  }
  const hasWords = isMoved && incident.cause?.name !== cause
  await takeStep(order, incident, {
    what: isMoved ? 'incident-cause-named' : 'incident-located',
    now: {
      findings: [...(incident.findings ?? []), ...joined].slice(-mostFindings),
      ...(isElsewhere && { stage, node, hop }),
      ...named,
    },
    ...(hasWords && { log: { kind: 'cause' as const, text: `${cause}: ${words(first)}` } }),
    before: {
      ...{ cause: incident.cause?.name ?? null, stage: incident.stage },
      ...{ node: incident.node, hop: incident.hop ?? null },
    },
    after: { cause, stage, node, hop },
  })
}

function placeOf({ cause, stage, node, hop, limit }: FindingState) {
  return {
    ...{ cause, stage: limit?.stage ?? stage, node: limit ? limit.node : node },
    hop: limit?.hop ?? hop,
  }
}

async function settle(
  { order, ledger }: Hands,
  incident: Incident,
  found: readonly FindingState[],
): Promise<void> {
  const ended = Math.max(...found.map((each) => each.endedAt ?? 0), incident.createdAt)
  const quietSince = incident.quietSince ?? ended
  // It ended when it was last measured as bad, not when that was sure.
  const lastBadAt = Math.max(incident.startedAt, ...found.map((each) => each.seenAt))
  if (incident.quietSince === null) {
    await measureIfListed(order, ledger, incident)
    const fresh = (await order.incidents.read(incident.id)) ?? incident
    await takeStep(order, fresh, {
      what: 'incident-quiet',
      now: { quietSince, lastBadAt, state: 'monitoring', monitoringAt: fresh.monitoringAt ?? order.at },
      log: { kind: 'state', text: 'Measurements are good again.' },
      before: { state: fresh.state },
      after: { state: 'monitoring' },
    })
    return
  }
  // Whoever has told the public of it tells it the end too; and a review that is due keeps it open.
  const isHeld = incident.isPublic || incident.promises.some((each) => each.keptAt === null)
  if (isHeld || order.at - quietSince < closeAfterMs) return
  await updateIncident(order, incident.id, {
    ...{
      state: 'resolved',
      text: `Measurements were good for ${closeAfterMs / 60_000} minutes.`,
      isTold: false,
      endedAt: incident.lastBadAt ?? quietSince,
    },
    ...(incident.cause === null && {
      cause: {
        ...{ name: 'unknown' as const, words: 'Nobody named a cause; what was measured stands beside it.' },
        evidence: found.flatMap(evidenceOf),
      },
    }),
  })
}

async function measureIfListed(
  order: IncidentOrder,
  ledger: Pick<LedgerStore, 'affected'>,
  { id, predicate }: Incident,
): Promise<void> {
  if (predicate !== null) await measureIncident(order, ledger, id)
}

function describe(first: FindingState, open: readonly FindingState[], lateMs: number) {
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
function words(finding: FindingState): string {
  const { kind, subject, share } = finding
  const { cause, stage, node, hop } = placeOf(finding)
  const part = share === null ? '' : `, ${(100 * share).toFixed(0)} % of it`
  const place = [`stage ${stage}`, ...(node === null ? [] : [`node ${node}`]), hop ?? '']
  return `${findingHeads[kind]} (${subject})${part}; cause: ${cause}, ${place.filter(Boolean).join(', ')}`
}

function evidenceOf({ evidence, subject, seenAt }: FindingState): Evidence[] {
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

/** Which mail it touches, as far as the finding says; mail that was late where it says no more. */
function predicateOf({ kind, since, direction, node, limit }: FindingState, lateMs: number): Predicate {
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
