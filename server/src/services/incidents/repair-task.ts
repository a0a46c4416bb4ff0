import type { AffectedLine, AffectedQuery, LedgerStore } from '#services/ledger/ledger-store.ts'
import {
  callsFor,
  type MailAction,
  type MailOrder,
  type MailTarget,
  mailActionFrom,
  mailActions,
  mayDo,
} from '#services/search/mail-task.ts'
import { isForMany } from '#services/tasks/is-for-many.ts'
import type { TaskKind } from '#services/tasks/task-kind.ts'

/** Puts right what an incident did: something to all of its mail that is in a state for it. */
export interface RepairOrder extends Omit<MailOrder, 'filter'> {
  readonly mayHeld?: boolean
  readonly incident: string
  /** With an end, and with the reach of whoever ordered it. */
  readonly question: AffectedQuery
}

export const repairs = mailActions
export type Repair = MailAction
export const repairKind = (action: Repair) => `incident-${action}`

/** Deliveries of a step. */
const stepSize = 100

/** Walks the list of an incident once, in the order of the ledger: each delivery is met once, as it stands then. */
export function repairTask(ledger: Pick<LedgerStore, 'affected'>, now: () => number): TaskKind {
  return {
    async plan({ order, position, who, ip, id, total }) {
      const given = order as unknown as RepairOrder
      if (position === 'end') return null
      const found = await ledger.affected(given.question, position, stepSize)
      const fit = found.lines.map(toTarget).filter((each) => isFor(given, each))
      return {
        calls: callsFor(given, fit, {
          ...{ who, ip, at: now(), task: id },
          isForMany: isForMany(total, given.isCounted),
        }),
        next: found.next ?? 'end',
        skipped: found.lines.length - fit.length,
      }
    },
  }
}

/** Whether a repair can do anything to a delivery as it stands. */
export function isFor(order: Omit<RepairOrder, 'incident' | 'question'>, target: MailTarget): boolean {
  if (target.state === 'held' && order.mayHeld === false) return false
  const from: readonly string[] = mailActionFrom[order.action]
  return from.includes(target.state) && mayDo(order, target)
}

export function toTarget(line: AffectedLine): MailTarget {
  const { messageId, n, tenant, state, stateReason, contentKept } = line
  return { messageId, n, tenant, state, contentKept, reason: stateReason }
}
