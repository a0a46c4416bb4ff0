import { assertSeen, changedMeanwhile } from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Override } from './measured.ts'
import { checkText, type StatusOrder } from './status-order.ts'
import { type ComponentState, inStatus, type StatusComponent } from './status-store.ts'

const longestMs = 7 * 86_400_000

/**
 * Says how a component does, against what is measured, for a while.
 * @param given `forMs` at most a week
 * @throws OrderError
 */
export async function overrideMeasured(
  order: StatusOrder,
  id: string,
  given: { readonly state: ComponentState; readonly forMs: number; readonly why: string },
): Promise<Override> {
  await componentOf(order, id)
  if (!(given.forMs >= 60_000 && given.forMs <= longestMs))
    throw new OrderError('wrong', 'an override lasts a minute at least, and a week at most')
  const override: Override = {
    ...{ component: id, state: given.state, until: order.at + given.forMs },
    ...{ why: checkText('a reason', given.why, 300), who: order.who, at: order.at },
  }
  const before = await overrideOf(order, id)
  assertSeen(order, { override: before }, `what was said of ${id}`)
  const line = { what: 'status-overridden', tenant: null, detail: { before, after: override } }
  if (!(await changeRecorded(order, inStatus.putOverride(override, before), line)))
    throw changedMeanwhile(`what was said of ${id}`)
  return override
}

/** Takes an override back: what is measured counts again. @throws OrderError not-found */
export async function endOverride(order: StatusOrder, id: string): Promise<void> {
  const before = await overrideOf(order, id)
  assertSeen(order, { override: before }, `what was said of ${id}`)
  if (!before) throw new OrderError('not-found', `nothing was said against what is measured of ${id}`)
  const line = { what: 'status-override-ended', tenant: null, detail: { before, after: null } }
  if (!(await changeRecorded(order, inStatus.removeOverride(before), line)))
    throw changedMeanwhile(`what was said of ${id}`)
}

/** @throws OrderError not-found */
export async function componentOf(
  { status }: Pick<StatusOrder, 'status'>,
  id: string,
): Promise<StatusComponent> {
  const found = (await status.components()).find((each) => each.id === id)
  if (!found) throw new OrderError('not-found', `there is no component ${id}`)
  return found
}

/** What somebody says against the measurement now; null: nobody does. */
export async function overrideOf(
  { status, at }: Pick<StatusOrder, 'status' | 'at'>,
  id: string,
): Promise<Override | null> {
  return (await status.overrides(at)).find((each) => each.component === id) ?? null
}
