import type { LedgerStore, Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { mailActionFrom } from '#services/search/mail-task.ts'
import { startTask, type TaskParts } from '#services/tasks/start-task.ts'
import type { StoredTask } from '#services/tasks/task-store.ts'
import { countAffected, questionOf } from './affected-mail.ts'
import { type Incident, incidentLimits } from './incident.ts'
import { type IncidentOrder, incidentOf, takeStep } from './incident-order.ts'
import { type Repair, type RepairOrder, repairKind } from './repair-task.ts'

export interface NewRepair {
  readonly action: Repair
  readonly lifeMs: number
  readonly mayVirus: boolean
  /** Whether what is held may be released too; absent: yes. */
  readonly mayHeld?: boolean
  /** Only what is in reach of whoever orders. */
  readonly within?: Reach
  /** The tenant that he stands at. */
  readonly tenant: string
  /** What counting may take (ms); absent: as long as somebody waits for an answer. */
  readonly countMs?: number
}

/** Orders a repair of all that an incident touched, as work that goes on by itself. @throws OrderError */
export async function repairIncident(
  order: IncidentOrder,
  ledger: Pick<LedgerStore, 'affected'>,
  tasks: TaskParts,
  id: string,
  { action, within, tenant, countMs = 1500, ...how }: NewRepair,
): Promise<{ readonly incident: Incident; readonly task: StoredTask }> {
  const before = await incidentOf(order, id)
  const question = questionOf(before, order.at, within)
  const { states, isExact } = await countAffected(ledger, question, countMs)
  const total = mailActionFrom[action].reduce((sum, state) => sum + (states[state] ?? 0), 0)
  if (total === 0 && isExact)
    throw new OrderError(
      'conflict',
      `nothing of its mail is in a state for this: ${mailActionFrom[action].join(', ')}`,
    )
  const given: RepairOrder = { incident: id, action, question, isCounted: isExact, ...how }
  const { who, ip = '' } = order
  const task = await startTask(tasks, {
    ...{ kind: repairKind(action), who, ip, tenant, order: { ...given }, total },
  })
  return { incident: await noteTask(order, id, { action, total, isExact, task: task.id }, 5), task }
}

/** The work is under way by now: somebody who changes the incident at the same time does not make it forgotten. */
async function noteTask(
  order: IncidentOrder,
  id: string,
  ordered: {
    readonly action: Repair
    readonly total: number
    readonly isExact: boolean
    readonly task: string
  },
  tries: number,
): Promise<Incident> {
  const before = await incidentOf(order, id)
  const { action, total, isExact, task } = ordered
  try {
    return await takeStep(order, before, {
      what: 'incident-repair-ordered',
      now: { tasks: [...before.tasks, task].slice(-incidentLimits.tasks) },
      log: {
        kind: 'repair',
        text: `${action} of ${isExact ? '' : 'at least '}${total} ${total === 1 ? 'delivery' : 'deliveries'}, as task ${task}`,
      },
      after: ordered,
    })
  } catch (cause) {
    if (!(cause instanceof OrderError) || cause.code !== 'changed' || tries <= 1) throw cause
    return noteTask(order, id, ordered, tries - 1)
  }
}
