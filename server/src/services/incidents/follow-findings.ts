import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { FindingState, FindingStore } from '#services/watch/finding.ts'
import { describeFault, evidenceOf, words } from './describe-fault.ts'
import { faultIn, keyOf, leading } from './fault-of.ts'
import { badAgainFace, goodForMs, watchedFace } from './follow-face.ts'
import { type Incident, isOver } from './incident.ts'
import { type IncidentOrder, isToldOpen, takeStep, unlessChanged } from './incident-order.ts'
import { measureIncident } from './measure-incident.ts'
import { nameAnew } from './name-anew.ts'
import { openIncident } from './open-incident.ts'
import { reopenIncident } from './reopen-incident.ts'
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
    else if (incident && !isOver(incident)) {
      const why = gone(open, known, incident) ?? goodAgain
      await unlessChanged(settle(hands, incident, found, why))
    }
  }
  // What spoke of them speaks of another one now, or was forgotten.
  for (const each of open)
    if (!faults.has(each.finding ?? ''))
      await unlessChanged(settle(hands, each, [], gone(open, known, each) ?? silent))
  await unlessChanged(countAnew(hands))
}

/** Why nothing that is bad speaks of an incident any more. */
interface Quiet {
  readonly text: string
  /** What is said when it is closed for it. */
  readonly closing: string
  /** What was measured is good: the public may be told so. */
  readonly isGood: boolean
}

const closeMinutes = closeAfterMs / 60_000
const goodAgain: Quiet = {
  text: 'Measurements are good again.',
  closing: `Measurements were good for ${closeMinutes} minutes.`,
  isGood: true,
}
const silent: Quiet = {
  text: 'Nothing that is measured speaks of it any more.',
  closing: `Nothing that was measured spoke of it for ${closeMinutes} minutes.`,
  isGood: false,
}

/** What belonged to it is bad still, and belongs to another one by now. Null: nothing does. */
function gone(open: readonly Incident[], known: readonly FindingState[], incident: Incident): Quiet | null {
  const moved = known.find((each) => each.endedAt === null && incident.findings?.includes(keyOf(each)))
  if (moved === undefined) return null
  const other = open.find((each) => each.finding === faultIn(open, moved))
  if (other === undefined || other.id === incident.id) return null
  return { ...silent, text: `What was measured belongs to incident ${other.id} (${other.name}) now.` }
}

/** So often is counted anew, while an incident lasts, which mail it has touched by now. */
const recountAfterMs = 60_000
/** One incident a round, and no longer than this for each of its counts: rounds have more to do. */
const recountBudgetMs = 2000

/** Counts the mail of the incident that was counted longest ago: a count that stands still reads as a fault that does. */
async function countAnew({ order, ledger }: Hands): Promise<void> {
  const at = ({ figures }: Incident) => figures?.at ?? 0
  const [oldest] = (await order.incidents.list({ open: true }, mostIncidents))
    .filter(({ predicate, quietSince }) => predicate !== null && quietSince === null)
    .sort((a, b) => at(a) - at(b))
  if (oldest === undefined || order.at - at(oldest) < recountAfterMs) return
  await measureIncident(order, ledger, oldest.id, { budgetMs: recountBudgetMs, isRecount: true })
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
  if (incident !== null && open.every((each) => wasBefore(each, incident))) return
  const first = leading(open, incident)
  if (incident === null || (isOver(incident) && !isAgain(incident, first, order.at))) {
    const opened = await openIncident(order, { ...describeFault(first, open, lateMs), finding: fault })
    await nameAnew(order, await measureIfListed(order, ledger, opened), first, open)
    return
  }
  if (isOver(incident)) {
    const since = Math.min(...open.map((each) => each.since))
    const text = `Measurements are bad again: ${words(first)}.`
    await nameAnew(order, await reopenIncident(order, incident, { since, text }), first, open)
  } else if (incident.quietSince !== null)
    await nameAnew(order, await watchNoMore(order, incident, first), first, open)
  else await nameAnew(order, await tellBadAgain(order, incident), first, open)
}

/** Measured late, of what was over when its incident was closed: nothing of it is new. */
function wasBefore({ lastBadAt }: FindingState, { log, resolvedAt, ...incident }: Incident): boolean {
  if (!isOver(incident) || lastBadAt === undefined) return false
  const closing = log.findLast(({ kind, state }) => kind === 'state' && state === 'resolved')
  return lastBadAt < (closing?.at ?? resolvedAt ?? 0)
}

/** It was bad again too soon after the public was told so for the last time. */
async function tellBadAgain(order: IncidentOrder, incident: Incident): Promise<Incident> {
  const face = await badAgainFace(order, incident)
  if (face === null) return incident
  return takeStep(order, incident, {
    ...{ what: 'incident-bad-again', face, now: {} },
    log: { kind: 'state', text: 'Measurements are still bad.', isTold: true },
  })
}

/** It was good for too short: what was only watched is looked into again, by whoever has looked before. */
async function watchNoMore(order: IncidentOrder, incident: Incident, first: FindingState): Promise<Incident> {
  const hasLooked = incident.log.some((each) => each.who !== order.who)
  const again = hasLooked ? ('investigating' as const) : ('suspected' as const)
  const state = incident.state === 'monitoring' ? again : incident.state
  const face = await badAgainFace(order, incident)
  return takeStep(order, incident, {
    what: 'incident-bad-again',
    ...(face && { face }),
    now: { quietSince: null, state, monitoringAt: null },
    log: {
      kind: 'state',
      text: `Measurements are bad again: ${words(first)}.`,
      isTold: face !== null,
    },
    before: { state: incident.state },
    after: { state },
  })
}

/** The same fault within a day. What has no cause is the same only where the same is measured of the same. */
function isAgain({ resolvedAt, findings = [] }: Incident, first: FindingState, now: number): boolean {
  if (now - (resolvedAt ?? 0) >= sameForMs) return false
  const measured = `${first.kind} ${first.subject} `
  return first.cause !== 'unknown' || findings.some((each) => each.startsWith(measured))
}

async function settle(
  { order, ledger }: Hands,
  incident: Incident,
  found: readonly FindingState[],
  { text, closing, isGood }: Quiet,
): Promise<void> {
  const ended = Math.max(...found.map((each) => each.endedAt ?? 0), incident.createdAt)
  const quietSince = incident.quietSince ?? ended
  // It ended when it was last measured as bad, not when that was sure.
  const lastBadAt = Math.max(incident.againAt ?? incident.startedAt, ...found.map((each) => each.seenAt))
  if (incident.quietSince === null) {
    const fresh = await measureIfListed(order, ledger, incident)
    await takeStep(order, fresh, {
      what: 'incident-quiet',
      now: { quietSince, lastBadAt, state: 'monitoring', monitoringAt: fresh.monitoringAt ?? order.at },
      log: { kind: 'state', text },
      before: { state: fresh.state },
      after: { state: 'monitoring' },
    })
    return
  }
  const face = isGood ? await watchedFace(order, incident) : null
  if (face !== null) {
    const told = `Measurements are good for ${goodForMs / 60_000} minutes.`
    await takeStep(order, incident, {
      ...{ what: 'incident-quiet', face, now: {} },
      log: { kind: 'state', text: told, isTold: true },
    })
    return
  }
  // Whoever has told the public of it tells it the end too; and a review that is due keeps it open.
  const isHeld = (await isToldOpen(order, incident)) || incident.promises.some((each) => each.keptAt === null)
  if (isHeld || order.at - quietSince < closeAfterMs) return
  await updateIncident(order, incident.id, {
    ...{
      state: 'resolved',
      text: closing,
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
  incident: Incident,
): Promise<Incident> {
  return incident.predicate === null ? incident : measureIncident(order, ledger, incident.id)
}
