import { recordOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { checkText, type StatusOrder, statusLimits } from './status-order.ts'
import type { StatusComponent } from './status-store.ts'

/** Adds a component to the status page, at its end, or changes its words. @throws OrderError wrong */
export async function putComponent(
  order: StatusOrder,
  { id, name, description = '' }: { id: string; name: string; description?: string },
): Promise<StatusComponent> {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id))
    throw new OrderError('wrong', 'a component is called by small letters, digits and -, 40 at most')
  const known = await order.status.components()
  const before = known.find((each) => each.id === id) ?? null
  if (!before && known.length >= statusLimits.components)
    throw new OrderError('wrong', `a status page has ${statusLimits.components} components at most`)
  const component: StatusComponent = {
    id,
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

/** Takes a component from the page; incidents of the past keep its id. @throws OrderError not-found */
export async function removeComponent(order: StatusOrder, id: string): Promise<void> {
  const before = (await order.status.components()).find((each) => each.id === id)
  if (!before) throw new OrderError('not-found', `there is no component ${id}`)
  await order.status.removeComponent(id)
  await recordOrder(order, 'status-component-removed', null, { before, after: null })
}
