import { isConfirmed, readConfirmed } from './confirmations.ts'
import type { DirectoryOrder } from './directory-order.ts'
import { allDomains, isTooMuch, lostDomains } from './publish-snapshot.ts'
import type { Shrink, SnapshotStore } from './snapshot-store.ts'

/** What it takes to say whether a loss waits. */
export interface LossGuard {
  readonly snapshots: Pick<SnapshotStore, 'state' | 'compare' | 'missing' | 'lostDomains'>
  readonly shrinkPercent: number
  readonly graceMs: number
}

/**
 * The loss of a domain (or `*`) that nobody has confirmed: one that is held back, or will be as soon as the next
 * snapshot is made. Null: there is none.
 */
export async function unconfirmedLoss(
  { directory, at }: Pick<DirectoryOrder, 'directory' | 'at'>,
  { snapshots, shrinkPercent, graceMs }: LossGuard,
  domain: string,
): Promise<Shrink | null> {
  const state = await snapshots.state()
  if (state === null) return null
  const [found] =
    domain === allDomains
      ? [lostDomains(state.domains, await directory.domains())]
      : await snapshots.compare(graceMs, at, domain)
  if (!found || !isTooMuch(found, shrinkPercent)) return null
  return isConfirmed(found, await readConfirmed(directory)) ? null : found
}
