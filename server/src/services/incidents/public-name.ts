import { customerNamedIn } from '#services/status/names-nobody.ts'
import type { StatusOrder } from '#services/status/status-order.ts'
import { publicComponents } from '#services/status/status-store.ts'
import type { Incident } from './incident.ts'

/**
 * What everybody is told that an incident is called. Where measurements opened it, its name has the domain, next hop or
 * node behind the head; and people of the house may have called it by a customer, before anybody thought of telling it.
 * Then it is called by what it hits of the components that the public sees; and by none where these name somebody too.
 */
export async function publicName(
  order: Pick<StatusOrder, 'directory' | 'ownHosts' | 'status'>,
  { name, finding, components }: Pick<Incident, 'name' | 'finding' | 'components'>,
): Promise<string> {
  const told = finding === null ? name : name.replace(/ \(.*$/s, '')
  if ((await customerNamedIn(order, told)) === null) return told
  const shown = publicComponents(await order.status.components())
  const hit = shown.filter(({ id }) => components.some((each) => each.id === id))
  const trouble = troubleOf(hit.map((each) => each.name))
  return (await customerNamedIn(order, trouble)) === null ? trouble : troubleOf([])
}

/** What is told of components of which nobody has said more. */
export function troubleOf(names: readonly string[]): string {
  if (names.length === 0) return 'The service does not work as it should'
  const words = names.length === 1 ? 'does not work as it should' : 'do not work as they should'
  return `${names.join(', ').slice(0, 80)} ${words}`
}
