import { readFileSync } from 'node:fs'
import { HostListReader } from '#flow/inspection/host-list.ts'
import { ListsInForce } from '#flow/inspection/lists-in-force.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { HostListFolder } from '#ground/storage/links/host-list-folder.ts'
import type { HostListState } from '#services/links/link-store.ts'

export interface HostListParts {
  readonly folder: HostListFolder
  readonly lists: ListsInForce
}

type LinkConfig = Pick<Config, 'links.lists' | 'links.listsKey' | 'links.listsOff' | 'links.listMaxAge'>

/**
 * The lists of hosts of a site outside of the inspection threads, which read them for themselves; null: there are none.
 * What large sites are is data of a check, and is loaded only where it is needed.
 */
export async function openHostLists(config: LinkConfig): Promise<HostListParts | null> {
  if (config['links.lists'] === '') return null
  const { isLargeSite } = await import('#flow/checks/links/large-sites.ts')
  const key = config['links.listsKey']
  const folder = new HostListFolder(
    config['links.lists'],
    key === '' ? '' : readFileSync(key, 'utf8'),
    (name) => new HostListReader(name, isLargeSite),
  )
  const lists = new ListsInForce(
    () => folder.current(),
    () => ({ off: config['links.listsOff'], maxAgeMs: config['links.listMaxAge'] }),
    () => Date.now(),
  )
  return { folder, lists }
}

/** Reads all lists and says how each stands. */
export async function readHostLists(config: LinkConfig): Promise<HostListState[]> {
  const parts = await openHostLists(config)
  if (parts === null) return []
  await parts.folder.refresh()
  return describeHostLists(parts)
}

/** How each list stands that has been read. */
export function describeHostLists({ folder, lists }: HostListParts): HostListState[] {
  const taken = folder.current().map((list) => {
    const { name, verdict, weight, version, made, entries } = list
    return { name, verdict, weight, version, made, entries, why: lists.whyNot(list) }
  })
  const refused = folder
    .troubles()
    .map(({ name, why }) => ({ name, verdict: '', weight: 0, version: '', made: null, entries: 0, why }))
  return [...taken, ...refused]
}
