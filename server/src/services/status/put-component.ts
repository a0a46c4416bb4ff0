import { assertSeen, changedMeanwhile } from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { assertNamesNobody } from './names-nobody.ts'
import { checkText, type StatusOrder, statusLimits } from './status-order.ts'
import { inStatus, type StatusComponent } from './status-store.ts'

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
  /** It is added: refused where there is one of this id. */
  readonly isNew?: boolean
}

/** Adds a component to the status page, or changes it. @throws OrderError wrong, not-found, changed, conflict */
export async function putComponent(order: StatusOrder, given: NewComponent): Promise<StatusComponent> {
  const { id } = given
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id))
    throw new OrderError('wrong', 'a component is called by small letters, digits and -, 40 at most')
  const known = await order.status.components()
  const before = known.find((each) => each.id === id) ?? null
  if (before && given.isNew)
    throw new OrderError(
      'conflict',
      `there is a component ${id} already, "${before.name}"; choose another short name`,
    )
  if (before) assertSeen(order, before, `the component ${id}`)
  else if (order.seen) throw changedMeanwhile(`the component ${id}`)
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
  // What everybody reads already was told before somebody of that name came, and stays in the way of no other change.
  const shown = before && !before.isHidden ? [before.name, before.description] : []
  const news = [component.name, component.description].filter((each) => !shown.includes(each))
  if (!isHidden) await assertNamesNobody(order, news)
  const others = known.filter((each) => each.id !== id)
  const placed = given.after === undefined ? [component] : placeAfter(component, given.after, others)
  const after = placed.find((each) => each.id === id) ?? component
  const places = placed.filter((each) => each.id !== id)
  const isPut = await changeRecorded(order, inStatus.putComponent(after, before, places), {
    what: before ? 'status-component-changed' : 'status-component-added',
    ...{ tenant: null, detail: { before, after } },
  })
  if (!isPut) throw changedMeanwhile(`the component ${id}`)
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
  const parent = wanted === undefined ? groupOf(before, known) : wanted
  if (parent === null) return null
  const found = known.find((each) => each.id === parent)
  if (!found || parent === id) throw new OrderError('not-found', `there is no other component ${parent}`)
  if (found.parent || known.some((each) => each.parent === id))
    throw new OrderError('wrong', 'a part has no parts')
  return parent
}

/** The one that it is a part of, if that is still there. */
function groupOf(before: StatusComponent | null, known: readonly StatusComponent[]): string | null {
  return known.find((each) => each.id === before?.parent)?.id ?? null
}

/**
 * Takes a component from the page; incidents of the past keep its id, and its days are kept as long as those of others.
 * @throws OrderError not-found, changed; conflict: it has parts
 */
export async function removeComponent(order: StatusOrder, id: string): Promise<void> {
  const known = await order.status.components()
  const before = known.find((each) => each.id === id)
  if (!before) throw new OrderError('not-found', `there is no component ${id}`)
  assertSeen(order, before, `the component ${id}`)
  const parts = known.filter((each) => each.parent === id).map((each) => each.name)
  if (parts.length > 0)
    throw new OrderError(
      'conflict',
      `${before.name} has parts: ${parts.join(', ')}. Take them from the page, or make them parts of another first`,
    )
  const line = { what: 'status-component-removed', tenant: null, detail: { before, after: null } }
  if (!(await changeRecorded(order, inStatus.removeComponent(before), line)))
    throw changedMeanwhile(`the component ${id}`)
}
