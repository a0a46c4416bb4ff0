import type { Config } from '#ground/platform/config/settings.ts'
import { type NewComponent, putComponent } from './put-component.ts'
import type { StatusOrder } from './status-order.ts'
import type { StatusComponent } from './status-store.ts'

/** What decides which components a site has something of. */
export type StandardSettings = Pick<Config, 'links.follow'>

interface StandardComponent extends NewComponent {
  /** Whether the site runs it; absent: each does. */
  readonly runs?: (config: StandardSettings) => boolean
}

/** The components of the platform with their parts, and what measures each; without probes it is told by hand. */
export const standardComponents: readonly StandardComponent[] = [
  {
    ...{ id: 'gateway', name: 'Gateway and Outbound', description: 'Takes mail in, and sends it on' },
    probes: ['inbound', 'outbound', 'dns', 'certificates', 'content'],
  },
  { id: 'gateway-filtering', name: 'Filtering', parent: 'gateway', probes: ['inbound'] },
  { id: 'gateway-delivery', name: 'Mailbox delivery', parent: 'gateway', probes: ['inbound', 'outbound'] },
  { id: 'gateway-quarantine', name: 'Quarantine', parent: 'gateway', probes: ['quarantine'] },
  { id: 'gateway-logs', name: 'Logs', parent: 'gateway', probes: ['logs'] },
  {
    ...{ id: 'shield', name: 'Shield', description: 'Looks after mail that has been delivered', probes: [] },
    runs: (config) => config['links.follow'] !== 'off',
  },
  { id: 'radar', name: 'Radar', description: 'Tests of domains and round trips', probes: [] },
  {
    id: 'console',
    name: 'Console',
    description: 'Pages of administrators and of their people',
    probes: ['pages', 'sign-in'],
  },
  { id: 'console-sign-in', name: 'Sign-in', parent: 'console', probes: ['sign-in'] },
  { id: 'announcements', name: 'Service announcements', description: 'News that is no fault', probes: [] },
]

/**
 * Puts the components of the platform on the page that this site runs, but for those that are there; they keep their words.
 * @param given `ids`: these alone, run or not; `isHidden`: the public does not see them
 */
export async function putStandardComponents(
  order: StatusOrder,
  config: StandardSettings,
  { ids, isHidden = false }: { readonly ids?: readonly string[]; readonly isHidden?: boolean } = {},
): Promise<StatusComponent[]> {
  const known = new Set((await order.status.components()).map((each) => each.id))
  const added: StatusComponent[] = []
  for (const { runs = () => true, ...each } of standardComponents) {
    if (known.has(each.id) || !(ids ? ids.includes(each.id) : runs(config))) continue
    // A part of what is not there stands by itself.
    const parent = each.parent && known.has(each.parent) ? each.parent : null
    added.push(await putComponent(order, { ...each, parent, isHidden }))
    known.add(each.id)
  }
  return added
}

/**
 * Components of the platform that are measured by now and not on the page, where the page has others of them: what a
 * newer version has brought. One that nobody wants to show is hidden, and is offered no more.
 */
export function offeredComponents(
  known: readonly StatusComponent[],
  probes: ReadonlySet<string>,
): NewComponent[] {
  const ids = new Set(known.map((each) => each.id))
  if (!standardComponents.some((each) => ids.has(each.id))) return []
  return standardComponents.filter(
    (each) => !ids.has(each.id) && (each.probes ?? []).some((probe) => probes.has(probe)),
  )
}
