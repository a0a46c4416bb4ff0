import { OrderError } from '#services/ledger/order-error.ts'
import { startAndWait, type TaskParts, waitForEnd } from '#services/tasks/start-task.ts'
import type { StoredTask } from '#services/tasks/task-store.ts'
import type { ActOnMany } from './act-on-many.ts'
import type {
  QuarantineAction,
  QuarantineCount,
  QuarantineSelection,
  QuarantineStore,
} from './quarantine-store.ts'

/** An order for all that a question finds. */
export interface ManyOrder {
  readonly quarantine: Pick<QuarantineStore, 'count'>
  readonly tasks: TaskParts
  readonly action: QuarantineAction
  readonly selection: QuarantineSelection
  readonly mayVirus: boolean
  /** How many deliveries he was shown; undefined: he did not look. */
  readonly expect?: number
  readonly who: string
  readonly ip: string
  readonly tenant: string
  readonly lifeMs: number
  readonly rescan: boolean
}

/** Mail comes in while people read: a tenth more than they were shown is still what they meant. */
const moreThanExpected = 1.1
/** Tasks of his that are looked through for the same order. */
const looksBack = 20

/** What an order would touch, and how much of it it would leave for want of the right to release viruses. */
export function countMany({ quarantine, selection }: ManyOrder): Promise<QuarantineCount> {
  return quarantine.count(selection)
}

/**
 * Orders something for many and waits a while for its end. The same order of the same person, given again while the
 * first is under way, is the first: a button pressed twice does it once. @throws OrderError where it would be more than
 * he was shown
 */
export async function orderMany(order: ManyOrder, waitMs: number): Promise<StoredTask> {
  const { action, selection, mayVirus, lifeMs, rescan, tasks, who, ip, tenant, expect } = order
  const told: ActOnMany = { action, selection, mayVirus, lifeMs, rescan }
  const kind = `quarantine-${action}`
  const before = await tasks.readTasks.list(who, '', looksBack)
  const same = before.find(
    (each) =>
      each.kind === kind && each.state === 'running' && JSON.stringify(each.order) === JSON.stringify(told),
  )
  if (same) return waitForEnd(tasks, same, waitMs)
  const { deliveries } = await countMany(order)
  if (expect !== undefined && deliveries > expect * moreThanExpected)
    throw new OrderError(
      'conflict',
      `this would touch ${deliveries} deliveries, and you were shown ${expect}; look again`,
    )
  return startAndWait(tasks, { kind, who, ip, tenant, order: { ...told }, total: deliveries }, waitMs)
}
