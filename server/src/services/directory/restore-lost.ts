import { type DirectoryOrder, recordOrder } from './directory-order.ts'
import type { OverLimit } from './directory-store.ts'
import { allDomains } from './publish-snapshot.ts'
import type { SnapshotStore } from './snapshot-store.ts'
import { tenantOfLoss } from './tenant-of-loss.ts'

const page = 1000
/** So many that found no room are named. */
const mostNamed = 100

type LostStore = Pick<SnapshotStore, 'missing' | 'lostDomains'>

export interface Restored {
  readonly domains: number
  readonly users: number
  /** Rules, list entries, settings, mail passwords and keys that are in force again. */
  readonly belongings: number
  /** What there was no room for, counted. */
  readonly overLimit: number
  /** The first of these. */
  readonly over: readonly OverLimit[]
}

/**
 * Brings back into the directory what the snapshots still know of: addresses in force, and those lost within the
 * grace time. For `*` the lost domains first, with the settings that were in force for them.
 * Names, aliases and groups of people are not in a snapshot: everybody comes back as a plain user, with the rules, lists,
 * settings and passwords of his own. A domain has its keys again. Who is there already has his too: somebody may have
 * added him again, or the domain. What would be more than a level, login or domain may have is off, and told.
 * @param which `unconfirmed`: none that somebody has said is meant to go
 * @throws OrderError where it is not in reach
 */
export async function restoreLost(
  order: DirectoryOrder,
  snapshots: LostStore,
  domain: string,
  which: 'unconfirmed' | 'known',
): Promise<Restored> {
  const tenant = await tenantOfLoss(order, domain)
  // It is many transactions: whatever comes back has a line before it that says on whose word.
  await recordOrder(order, 'directory-restore-began', tenant, { domain, which })
  const back = domain === allDomains ? await restoreDomains(order, snapshots) : [domain]
  let users = 0
  for (const name of back) users += await restorePeople(order, snapshots, name, which)
  const over: OverLimit[] = []
  let belongings = 0
  for (const name of back) belongings += await restoreBelongings(order, name, over)
  const domains = domain === allDomains ? back.length : 0
  const restored = { domains, users, belongings, overLimit: over.length, over: over.slice(0, mostNamed) }
  await recordOrder(order, 'directory-restored', tenant, { domain, ...restored })
  return restored
}

async function restoreDomains({ directory, at }: DirectoryOrder, snapshots: LostStore): Promise<string[]> {
  const lost = await snapshots.lostDomains()
  for (const { name, tenant, nextHop, policy } of lost)
    await directory.putDomain({ name, tenant, nextHop, settings: policy }, at)
  return lost.map((each) => each.name)
}

async function restorePeople(
  { directory, at }: DirectoryOrder,
  snapshots: LostStore,
  domain: string,
  which: 'unconfirmed' | 'known',
): Promise<number> {
  let users = 0
  for (;;) {
    // What was put back is missing no more, so the first page is always the next one.
    const addresses = await snapshots.missing(domain, which, page)
    const back = addresses.map((address) => ({
      address,
      domain,
      kind: 'user' as const,
      owner: address,
      displayName: '',
      settings: {},
    }))
    if (back.length > 0) users += await directory.putUsers(back, at)
    if (addresses.length < page) return users
  }
}

/** Answers how many are back. @param over gets those that there is no room for */
async function restoreBelongings(
  { directory }: DirectoryOrder,
  domain: string,
  over: OverLimit[],
): Promise<number> {
  let rows = 0
  for (let after: string | undefined = ''; after !== undefined; ) {
    const names = await directory.backWithLeft(domain, after, page)
    if (names.length > 0) {
      const taken = await directory.takeBack(names)
      rows += taken.rows
      over.push(...taken.over)
    }
    after = names.length < page ? undefined : names.at(-1)
  }
  return rows
}
