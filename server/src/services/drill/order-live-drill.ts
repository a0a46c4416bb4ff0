import { newId } from '#ground/platform/ids.ts'
import { type AccessOrder, recordAccess } from '#services/access/access-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import {
  type KeptDrill,
  type LiveDrill,
  type LiveDrillKind,
  liveDrillLimits,
  nothingSeen,
  shortestDrillMs,
} from './live-drill.ts'
import type { LiveDrillStore } from './live-drill-store.ts'
import { type DrillGuards, whyNoDrill } from './why-no-drill.ts'

/** An order about drills, by the operator of the house. */
export interface DrillOrder extends AccessOrder {
  readonly drills: LiveDrillStore
  readonly guards: DrillGuards
  /** Length of the periods that are judged. */
  readonly periodMs: number
}

export interface WantedDrill {
  readonly kind: LiveDrillKind
  /** 7 minutes if absent, and longer where the periods are. */
  readonly forMs?: number
  /** People who are told of alarms are told of this one too. */
  readonly rings?: boolean
}

/** Orders a drill; a process that sends mail begins it within seconds. @throws OrderError */
export async function startLiveDrill(
  order: DrillOrder,
  { kind, forMs: wantedMs, rings = false }: WantedDrill,
): Promise<LiveDrill> {
  const { drills, guards, at, who, periodMs } = order
  const { usualMs, longestMs } = liveDrillLimits
  const shortestMs = shortestDrillMs(periodMs)
  const [shortest, longest, period] = [shortestMs, longestMs, periodMs].map((ms) => `${ms / 1000} s`)
  if (shortestMs > longestMs)
    throw new OrderError(
      'wrong',
      `a drill would take ${shortest} here, 14 times watch.period (${period}), and may take ${longest}; choose a shorter period`,
    )
  const forMs = wantedMs ?? Math.max(usualMs, shortestMs)
  if (forMs < shortestMs || forMs > longestMs)
    throw new OrderError(
      'wrong',
      `a drill lasts ${shortest} to ${longest} here; in less its fault could not be noticed (watch.period is ${period})`,
    )
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
