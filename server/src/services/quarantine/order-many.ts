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
import { type ConditionTexts, readSelection } from './read-selection.ts'

/** An order for all that a question finds. */
export interface ManyOrder {
  readonly quarantine: Pick<QuarantineStore, 'count'>
  readonly tasks: TaskParts
  readonly action: QuarantineAction
  /** As he wrote them: `2h` stays `2h`. */
  readonly conditions: ConditionTexts
  /** What he chose in the list, and his reach. */
  readonly chosen: Pick<QuarantineSelection, 'messageIds' | 'lines' | 'exceptLines' | 'within'>
  readonly mayVirus: boolean
  /** How many deliveries he was shown; undefined: he did not look. */
  readonly expect?: number
  readonly who: string
  readonly ip: string
  readonly tenant: string
  readonly lifeMs: number
}

/** As the task keeps it. */
interface KeptOrder extends ActOnMany {
  readonly conditions: ConditionTexts
}

/** Mail comes in while people read: a tenth more than they were shown is still what they meant. */
const moreThanExpected = 1.1
/** Tasks of his that are looked through for the same order. */
const looksBack = 20

/**
 * What an order would touch, and how much of it it would leave for want of the right to release viruses.
 * @throws OrderError where a condition is wrong
 */
export async function countMany(order: ManyOrder): Promise<QuarantineCount> {
  return order.quarantine.count(selectionOf(order))
}

/**
 * Orders something for many and waits a while for its end. The same order of the same person, given again while the
 * first is under way, is the first: a button pressed twice does it once. @throws OrderError where it would be more than
 * he was shown, or a condition is wrong
 */
export async function orderMany(order: ManyOrder, waitMs: number): Promise<StoredTask> {
  const { action, conditions, mayVirus, lifeMs, tasks, who, ip, tenant, expect } = order
  const selection = selectionOf(order)
  const told: KeptOrder = { action, conditions, selection, mayVirus, lifeMs, rescan: true }
  const kind = `quarantine-${action}`
  const before = await tasks.readTasks.list(who, '', looksBack)
  const same = before.find(
    (each) =>
      each.kind === kind &&
      each.state === 'running' &&
      meaning(each.order as unknown as KeptOrder) === meaning(told),
  )
  if (same) return waitForEnd(tasks, same, waitMs)
  const { deliveries } = await order.quarantine.count(selection)
  if (expect !== undefined && deliveries > expect * moreThanExpected)
    throw new OrderError(
      'conflict',
      `this would touch ${deliveries} deliveries, and you were shown ${expect}; look again`,
    )
  return startAndWait(tasks, { kind, who, ip, tenant, order: { ...told }, total: deliveries }, waitMs)
}

function selectionOf({ conditions, chosen, tasks }: ManyOrder): QuarantineSelection {
  return { ...readSelection(conditions, tasks.now()), ...chosen }
}

/** By what the same order is known: `2h` is another moment each time that it is read, so its words count. */
function meaning({ selection: { setAsideFrom, setAsideUntil, ...others }, ...order }: KeptOrder): string {
  return JSON.stringify([order, others])
}
