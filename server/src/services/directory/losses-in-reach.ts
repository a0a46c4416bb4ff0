import { type DirectoryOrder, domainsOf } from './directory-order.ts'
import { type LossGuard, unconfirmedLoss } from './loss-guard.ts'
import { allDomains, heldLosses } from './publish-snapshot.ts'
import type { Shrink, SnapshotStore } from './snapshot-store.ts'

/** A loss that waits to be confirmed, as somebody sees it. */
export interface Loss {
  /** Whose addresses are missing; `*`: domains are. */
  readonly domain: string
  readonly inForce: number
  readonly lost: number
  /** The first that are missing, in order. */
  readonly names: readonly string[]
  /** Whether he may say what becomes of it: lost domains are for who has the whole site in reach. */
  readonly mayDecide: boolean
}

type LostStore = Pick<SnapshotStore, 'missing' | 'lostDomains'>

const namesShown = 20

/** What the last snapshot has held back, as far as it is in reach. */
export async function lossesInReach(order: DirectoryOrder, snapshots: LostStore): Promise<Loss[]> {
  return describe(order, snapshots, await heldLosses(order.directory))
}

/** The losses of these alone (domains, or `*`) as they are this moment, whether a snapshot was made since or not. */
export async function lossesOf(
  order: DirectoryOrder,
  guard: LossGuard,
  domains: Iterable<string>,
): Promise<Loss[]> {
  const found: Shrink[] = []
  for (const each of new Set(domains)) {
    const shrink = await unconfirmedLoss(order, guard, each)
    if (shrink) found.push(shrink)
  }
  return describe(order, guard.snapshots, found)
}

async function describe(
  order: DirectoryOrder,
  snapshots: LostStore,
  held: readonly Shrink[],
): Promise<Loss[]> {
  if (held.length === 0) return []
  const own = await domainsOf(order)
  const names = new Set(own.map((each) => each.name))
  const found: Loss[] = []
  for (const each of held)
    if (each.domain === allDomains) found.push(...(await lostDomains(order, snapshots, each, own.length)))
    else if (names.has(each.domain)) found.push(await lossOf(each, snapshots))
  return found
}

async function lossOf({ domain, before, lost, lostBefore }: Shrink, snapshots: LostStore): Promise<Loss> {
  const names = await snapshots.missing(domain, 'unconfirmed', namesShown)
  return { domain, inForce: before + lostBefore, lost: lost + lostBefore, names, mayDecide: true }
}

/** Of lost domains everybody sees his own alone. */
async function lostDomains(
  { reach }: DirectoryOrder,
  snapshots: LostStore,
  { before, lost }: Shrink,
  left: number,
): Promise<Loss[]> {
  const gone = (await snapshots.lostDomains()).filter((each) => reach?.domain(each) ?? true)
  const names = gone.slice(0, namesShown).map((each) => each.name)
  if (reach === undefined) return [{ domain: allDomains, inForce: before, lost, names, mayDecide: true }]
  if (gone.length === 0) return []
  const inForce = left + gone.length
  return [{ domain: allDomains, inForce, lost: gone.length, names, mayDecide: false }]
}
