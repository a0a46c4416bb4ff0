import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { FindingState, FindingStore } from '#services/watch/finding.ts'
import { measuredWords } from '#services/watch/measured-words.ts'
import { type Evidence, type Incident, isOver, type Predicate } from './incident.ts'
import { type IncidentOrder, takeStep } from './incident-order.ts'
import { measureIncident } from './measure-incident.ts'
import { openIncident } from './open-incident.ts'
import { updateIncident } from './update-incident.ts'

export interface FollowParts {
  readonly order: (at: number) => IncidentOrder
  readonly findings: Pick<FindingStore, 'findings'>
  readonly ledger: Pick<LedgerStore, 'affected'>
  readonly now: () => number
}

/** Measurements are good for so long before an incident that a machine opened is closed by it. */
export const closeAfterMs = 30 * 60_000
/** The same fault within a day is the same incident, which opens again. */
const sameForMs = 86_400_000
const mostFindings = 200

/**
 * Opens incidents for what measurements find, a fault at a time however many findings speak of it; watches them when
 * all is good, and closes them half an hour later. What a person does to one meanwhile stays.
 */
export async function followFindings({ order, findings, ledger, now }: FollowParts): Promise<void> {
  const at = now()
  const known = await findings.findings(at - sameForMs, mostFindings)
  const faults = Map.groupBy(known, faultOf)
  for (const [fault, found] of faults) {
    const open = found.filter((each) => each.endedAt === null)
    const incident = await order(at).incidents.ofFinding(fault)
    const hands = { order: order(at), ledger }
    if (open.length > 0) await unlessChanged(raise(hands, fault, open, incident))
    else if (incident && !isOver(incident)) await unlessChanged(settle(hands, incident, found))
  }
}

/** Another process with the same job, or a person, was faster: the next round looks again. */
async function unlessChanged(step: Promise<void>): Promise<void> {
  try {
    await step
  } catch (cause) {
    if (!(cause instanceof OrderError && cause.code === 'changed')) throw cause
  }
}

/** What findings have in common that speak of one fault. */
export function faultOf({ cause, hop, node, direction, stage }: FindingState): string {
  return `${cause} ${hop ?? node ?? 'site'} ${hop === null ? stage : (direction ?? 'both')}`
}

interface Hands {
  readonly order: IncidentOrder
  readonly ledger: Pick<LedgerStore, 'affected'>
}

async function raise(
  { order, ledger }: Hands,
  fault: string,
  open: readonly FindingState[],
  incident: Incident | null,
): Promise<void> {
  const first = open.reduce((a, b) => (b.since < a.since ? b : a))
  const isSame = incident !== null && (!isOver(incident) || order.at - (incident.resolvedAt ?? 0) < sameForMs)
  if (!isSame) {
    const { id } = await openIncident(order, { ...describe(first, open), finding: fault })
    await measureIncident(order, ledger, id)
    return
  }
  if (isOver(incident))
    await updateIncident(order, incident.id, {
      ...{ state: 'investigating', text: `Measurements are bad again: ${words(first)}.`, isTold: false },
    })
  else if (incident.quietSince !== null)
    await takeStep(order, incident, { what: 'incident-bad-again', now: { quietSince: null } })
}

async function settle(
  { order, ledger }: Hands,
  incident: Incident,
  found: readonly FindingState[],
): Promise<void> {
  const quietSince = incident.quietSince ?? Math.max(...found.map((each) => each.endedAt ?? 0))
  // It ended when it was last measured as bad, not when that was sure.
  const lastBadAt = Math.max(incident.startedAt, ...found.map((each) => each.seenAt))
  if (incident.quietSince === null) {
    await measureIfListed({ order, ledger }, incident)
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

async function measureIfListed({ order, ledger }: Hands, { id, predicate }: Incident): Promise<void> {
  if (predicate !== null) await measureIncident(order, ledger, id)
}

function describe(first: FindingState, open: readonly FindingState[]) {
  const { cause, since, direction, node, hop, stage, share } = first
  return {
    name: words(first).slice(0, 120),
    text: `Our own measurements say: ${open.slice(0, 5).map(words).join('; ')}.`,
    isTold: false,
    impact: share !== null && share >= 0.5 ? ('major' as const) : ('minor' as const),
    state: 'suspected' as const,
    ...{ startedAt: since, startFrom: 'telemetry' as const, direction, node, hop, stage },
    isUpstream: cause === 'upstream',
    predicate: predicateOf(first),
    ...(cause !== 'unknown' && {
      cause: { name: cause, words: words(first), evidence: open.flatMap(evidenceOf) },
    }),
  }
}

/** A finding in a sentence's words. */
function words({ kind, subject, cause, share }: FindingState): string {
  const part = share === null ? '' : `, ${(100 * share).toFixed(0)} % of it`
  return `${kind.replaceAll('-', ' ')} (${subject})${part}; cause: ${cause}`
}

function evidenceOf({ evidence, subject, seenAt }: FindingState): Evidence[] {
  return evidence.map(({ what, measured, usual, unit }) => ({
    what: `${what} (${subject})`,
    value: measuredWords(measured, unit),
    usual: usual === null ? null : measuredWords(usual, unit),
    at: seenAt,
  }))
}

/** Mail that waits longer than this is late. */
const lateMs = 60_000
const kinds: Readonly<Partial<Record<FindingState['kind'], Partial<Predicate>>>> = {
  'deferred-share': { kind: 'deferred' },
  'refused-share': { kind: 'refused' },
  'quarantined-share': { kind: 'quarantined' },
  'held-share': { kind: 'held' },
  'temperror-share': { onError: true },
  'incomplete-share': { onError: true },
}

/** Which mail it touches, as far as the finding says; mail that was late where it says no more. */
function predicateOf({ kind, since, direction, node }: FindingState): Predicate {
  return {
    ...{ since, until: null },
    ...(direction !== null && { direction }),
    ...(node !== null && { node }),
    ...(kinds[kind] ?? { lateBy: lateMs }),
  }
}
