import { readFileSync } from 'node:fs'
import { isLargeSite } from '#flow/checks/links/known-hosts.ts'
import { HostListReader, type HostLists } from '#flow/inspection/host-list.ts'
import { ListsInForce } from '#flow/inspection/lists-in-force.ts'
import { HostListFolder } from '#ground/storage/links/host-list-folder.ts'
import type { Base } from './base.ts'

const everyMs = 5000

/**
 * Tells which lists of hosts are not taken, or are too old to count. Each inspection thread reads them for itself; this
 * reading is for people, and for judging where links lead that were followed late.
 */
export function watchHostLists({ config, alarms }: Pick<Base, 'config' | 'alarms'>): {
  readonly lists: HostLists
  stop(): void
} {
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
  let told: { readonly refused: readonly string[]; readonly old: readonly string[] } = {
    refused: [],
    old: [],
  }
  const look = async () => {
    await folder.refresh()
    const troubles = folder.troubles()
    for (const { name, why } of troubles)
      alarms.raise(
        'host-list-refused',
        name,
        `the list of hosts ${name} is not taken: ${why}; its last good version stays in force`,
      )
    const aged = folder.current().filter(({ made }) => Date.now() - made > config['links.listMaxAge'])
    for (const { name, made } of aged)
      alarms.raise(
        'host-list-old',
        name,
        `the list of hosts ${name} was made on ${new Date(made).toISOString().slice(0, 10)}; it weighs nothing until a newer one comes`,
      )
    const now = { refused: troubles.map((each) => each.name), old: aged.map((each) => each.name) }
    // Also of lists that have gone.
    for (const name of told.refused) if (!now.refused.includes(name)) alarms.clear('host-list-refused', name)
    for (const name of told.old) if (!now.old.includes(name)) alarms.clear('host-list-old', name)
    told = now
  }
  void look()
  const timer = setInterval(() => void look(), everyMs)
  return { lists, stop: () => clearInterval(timer) }
}
