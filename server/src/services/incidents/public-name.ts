import { customerNamedIn } from '#services/status/names-nobody.ts'
import type { Incident } from './incident.ts'
import type { IncidentOrder } from './incident-order.ts'

/**
 * What everybody is told that an incident is called. Where measurements opened it, its name has the domain, next hop or
 * node behind the head; and people of the house may have called it by a customer, before anybody thought of telling it.
 */
export async function publicName(
  { directory, status }: Pick<IncidentOrder, 'directory' | 'status'>,
  { name, finding, components }: Pick<Incident, 'name' | 'finding' | 'components'>,
): Promise<string> {
  const told = finding === null ? name : name.replace(/ \(.*$/s, '')
  if ((await customerNamedIn(directory, told)) === null) return told
  const hit = (await status.components()).filter(({ id }) => components.some((each) => each.id === id))
  return troubleOf(hit.map((each) => each.name))
}

/** What is told of components of which nobody has said more. */
export function troubleOf(names: readonly string[]): string {
  if (names.length === 0) return 'The service does not work as it should'
  const words = names.length === 1 ? 'does not work as it should' : 'do not work as they should'
  return `${names.join(', ').slice(0, 80)} ${words}`
}
