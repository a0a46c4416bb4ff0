import { assertSeen, recordOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { checkText, type StatusOrder, statusLimits } from './status-order.ts'
import type { StatusComponent } from './status-store.ts'

/** A component as it shall be. What is absent stays as it was before. */
export interface NewComponent {
  readonly id: string
  readonly name?: string
  readonly description?: string
  /** The component that it is a part of; null: of none. */
  readonly parent?: string | null
  /** Probes that measure it; none: it is told by hand. */
  readonly probes?: readonly string[]
  /** The public sees neither it nor its parts. */
  readonly isHidden?: boolean
  /** The one that it stands after; null: it is the first. A new one stands at the end by itself. */
  readonly after?: string | null
}

/** Adds a component to the status page, or changes it. @throws OrderError wrong, not-found, changed */
export async function putComponent(order: StatusOrder, given: NewComponent): Promise<StatusComponent> {
  const { id } = given
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id))
    throw new OrderError('wrong', 'a component is called by small letters, digits and -, 40 at most')
  const known = await order.status.components()
  const before = known.find((each) => each.id === id) ?? null
  if (before) assertSeen(order, before, `the component ${id}`)
  if (!before && known.length >= statusLimits.components)
    throw new OrderError('wrong', `a status page has ${statusLimits.components} components at most`)
  const isHidden = given.isHidden ?? before?.isHidden ?? false
  const component: StatusComponent = {
    ...{ id, parent: parentOf(given, before, known), probes: probesOf(given, before) },
    name: checkText('a name', given.name ?? before?.name ?? '', statusLimits.name),
    description: (given.description ?? before?.description ?? '').trim().slice(0, statusLimits.description),
    position: before?.position ?? Math.max(0, ...known.map((each) => each.position)) + 1,
    createdAt: before?.createdAt ?? order.at,
    updatedAt: order.at,
    ...(isHidden && { isHidden }),
  }
  const others = known.filter((each) => each.id !== id)
  const placed = given.after === undefined ? [component] : placeAfter(component, given.after, others)
  // All at once: the store writes them in one go.
  await Promise.all(placed.map((each) => order.status.putComponent(each)))
  const after = placed.find((each) => each.id === id) ?? component
  await recordOrder(order, before ? 'status-component-changed' : 'status-component-added', null, {
    before,
    after,
  })
  return after
}

/** It and all that move for it, with their new places. */
function placeAfter(
  component: StatusComponent,
  after: string | null,
  others: readonly StatusComponent[],
): StatusComponent[] {
  const index = after === null ? 0 : others.findIndex((each) => each.id === after) + 1
  if (after !== null && index === 0) throw new OrderError('not-found', `there is no other component ${after}`)
  return others
    .toSpliced(index, 0, component)
    .map((each, n) => ({ ...each, position: n + 1 }))
    .filter((each) => each.id === component.id || others.some((one) => moved(each, one)))
}

const moved = (each: StatusComponent, one: StatusComponent) =>
  each.id === one.id && each.position !== one.position

function probesOf({ probes }: NewComponent, before: StatusComponent | null): string[] {
  const found = [...new Set(probes ?? before?.probes ?? [])]
  if (found.length > 20 || found.some((each) => !/^[a-z][a-z-]{0,39}$/.test(each)))
    throw new OrderError('wrong', 'probes are called by small letters and -, 20 at most')
  return found
}

/** Two levels, so that nothing is a part of itself. */
function parentOf(
  { id, parent: wanted }: NewComponent,
  before: StatusComponent | null,
  known: readonly StatusComponent[],
): string | null {
  const parent = wanted === undefined ? (before?.parent ?? null) : wanted
  if (parent === null) return null
  const found = known.find((each) => each.id === parent)
  if (!found || parent === id) throw new OrderError('not-found', `there is no other component ${parent}`)
  if (found.parent || known.some((each) => each.parent === id))
    throw new OrderError('wrong', 'a part has no parts')
  return parent
}

/** Takes a component from the page; incidents of the past keep its id. @throws OrderError not-found, changed */
export async function removeComponent(order: StatusOrder, id: string): Promise<void> {
  const before = (await order.status.components()).find((each) => each.id === id)
  if (!before) throw new OrderError('not-found', `there is no component ${id}`)
  assertSeen(order, before, `the component ${id}`)
  await order.status.removeComponent(id)
  await recordOrder(order, 'status-component-removed', null, { before, after: null })
}
