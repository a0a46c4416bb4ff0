import { recordOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { checkText, type StatusOrder, statusLimits } from './status-order.ts'
import type { StatusComponent } from './status-store.ts'

export interface NewComponent {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** The component that it is a part of; null: of none; absent: as before. */
  readonly parent?: string | null
  /** Probes that measure it; none: it is told by hand; absent: as before. */
  readonly probes?: readonly string[]
}

/** Adds a component to the status page, at its end, or changes it. @throws OrderError wrong */
export async function putComponent(order: StatusOrder, given: NewComponent): Promise<StatusComponent> {
  const { id, name, description = '' } = given
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id))
    throw new OrderError('wrong', 'a component is called by small letters, digits and -, 40 at most')
  const known = await order.status.components()
  const before = known.find((each) => each.id === id) ?? null
  if (!before && known.length >= statusLimits.components)
    throw new OrderError('wrong', `a status page has ${statusLimits.components} components at most`)
  const parent = given.parent === undefined ? (before?.parent ?? null) : given.parent
  const probes = [...new Set(given.probes ?? before?.probes ?? [])]
  checkParent(id, parent, known)
  if (probes.length > 20 || probes.some((each) => !/^[a-z][a-z-]{0,39}$/.test(each)))
    throw new OrderError('wrong', 'probes are called by small letters and -, 20 at most')
  const component: StatusComponent = {
    ...{ id, parent, probes },
    name: checkText('a name', name, statusLimits.name),
    description: description.trim().slice(0, statusLimits.description),
    position: before?.position ?? Math.max(0, ...known.map((each) => each.position)) + 1,
    createdAt: before?.createdAt ?? order.at,
    updatedAt: order.at,
  }
  await order.status.putComponent(component)
  await recordOrder(order, before ? 'status-component-changed' : 'status-component-added', null, {
    before,
    after: component,
  })
  return component
}

/** Two levels, so that nothing is a part of itself. */
function checkParent(id: string, parent: string | null, known: readonly StatusComponent[]): void {
  if (parent === null) return
  const found = known.find((each) => each.id === parent)
  if (!found || parent === id) throw new OrderError('not-found', `there is no other component ${parent}`)
  if (found.parent || known.some((each) => each.parent === id))
    throw new OrderError('wrong', 'a part has no parts')
}

/** Takes a component from the page; incidents of the past keep its id. @throws OrderError not-found */
export async function removeComponent(order: StatusOrder, id: string): Promise<void> {
  const before = (await order.status.components()).find((each) => each.id === id)
  if (!before) throw new OrderError('not-found', `there is no component ${id}`)
  await order.status.removeComponent(id)
  await recordOrder(order, 'status-component-removed', null, { before, after: null })
}
