import { newId } from '#ground/platform/ids.ts'
import { type AccessOrder, recordAccess } from '#services/access/access-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import {
  type KeptDrill,
  type LiveDrill,
  type LiveDrillKind,
  liveDrillLimits,
  nothingSeen,
} from './live-drill.ts'
import type { LiveDrillStore } from './live-drill-store.ts'
import { type DrillGuards, whyNoDrill } from './why-no-drill.ts'

/** An order about drills, by the operator of the house. */
export interface DrillOrder extends AccessOrder {
  readonly drills: LiveDrillStore
  readonly guards: DrillGuards
}

export interface WantedDrill {
  readonly kind: LiveDrillKind
  /** 5 minutes if absent. */
  readonly forMs?: number
  /** People who are told of alarms are told of this one too. */
  readonly rings?: boolean
}

/** Orders a drill; a process that sends mail begins it within seconds. @throws OrderError */
export async function startLiveDrill(
  order: DrillOrder,
  { kind, forMs = liveDrillLimits.usualMs, rings = false }: WantedDrill,
): Promise<LiveDrill> {
  const { shortestMs, longestMs } = liveDrillLimits
  if (forMs < shortestMs || forMs > longestMs)
    throw new OrderError('wrong', `a drill lasts ${shortestMs / 1000} s to ${longestMs / 60_000} minutes`)
  const { drills, guards, at, who } = order
  const why = await whyNoDrill(guards, at)
  if (why !== null) throw new OrderError('conflict', why)
  const drill: LiveDrill = {
    ...{ id: newId(at), kind, orderedAt: at, who, forMs, rings },
    ...{ phase: 'ordered', startedAt: null, faultAt: null, mendedAt: null, endedAt: null },
    ...{ ending: null, why: '', seen: nothingSeen, lines: [] },
  }
  if (!(await drills.add(drill))) throw new OrderError('conflict', 'a drill is under way already')
  await recordAccess(order, 'drill-ordered', null, { drill: drill.id, kind, forMs, rings })
  return drill
}

/** Asks for the end of the drill that is under way. @throws OrderError conflict where there is none */
export async function stopLiveDrill(order: DrillOrder): Promise<KeptDrill> {
  const { drills, who } = order
  const open = await drills.open()
  if (open === null || !(await drills.askStop(open.id, who)))
    throw new OrderError('conflict', 'no drill is under way')
  await recordAccess(order, 'drill-stopped', null, { drill: open.id, kind: open.kind })
  return { ...open, stoppedBy: who }
}
