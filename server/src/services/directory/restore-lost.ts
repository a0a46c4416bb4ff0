import type { DirectoryOrder } from './directory-order.ts'
import { allDomains } from './publish-snapshot.ts'
import type { SnapshotStore } from './snapshot-store.ts'

const page = 1000

export interface Restored {
  readonly domains: number
  readonly users: number
}

/**
 * Brings back into the directory what the snapshots still know of: addresses in force, and those lost within the
 * grace time. For `*` the lost domains first, with the settings that were in force for them.
 * Names, aliases and groups of people are not in a snapshot: everybody comes back as a plain user, with the rules, lists,
 * settings and passwords of his own. A domain has its keys again.
 */
export async function restoreLost(
  order: DirectoryOrder,
  snapshots: SnapshotStore,
  domain: string,
): Promise<Restored> {
  const back = domain === allDomains ? await restoreDomains(order, snapshots) : [domain]
  let users = 0
  for (const name of back) users += await restorePeople(order, snapshots, name)
  for (const name of back) await order.directory.takeBack([name])
  const restored = { domains: domain === allDomains ? back.length : 0, users }
  await order.directory.recordChange(order.at, 'directory-restored', order.who, { domain, ...restored })
  return restored
}

async function restoreDomains(
  { directory, at }: DirectoryOrder,
  snapshots: SnapshotStore,
): Promise<string[]> {
  const lost = await snapshots.lostDomains()
  for (const { name, tenant, nextHop, policy } of lost)
    await directory.putDomain({ name, tenant, nextHop, settings: policy }, at)
  return lost.map((each) => each.name)
}

async function restorePeople(
  { directory, at }: DirectoryOrder,
  snapshots: SnapshotStore,
  domain: string,
): Promise<number> {
  let users = 0
  for (;;) {
    // What was put back is missing no more, so the first page is always the next one.
    const addresses = await snapshots.missing(domain, page)
    const back = addresses.map((address) => ({
      address,
      domain,
      kind: 'user' as const,
      owner: address,
      displayName: '',
      settings: {},
    }))
    if (back.length > 0) {
      users += await directory.putUsers(back, at)
      await directory.takeBack(addresses)
    }
    if (addresses.length < page) return users
  }
}
