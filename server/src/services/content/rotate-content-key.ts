import type { AccessStore } from '#services/access/access-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { ContentKeyStore } from './content-key-store.ts'

export interface ContentKeyOrder {
  readonly contentKeys: ContentKeyStore
  readonly access: Pick<AccessStore, 'record'>
  /** For the audit log: `cli:` and a name. */
  readonly who: string
  /** ms */
  readonly at: number
  /** Lets others write between the transactions of long work. */
  readonly rest: () => Promise<unknown>
}

export interface Rotation {
  /** Id of the new key. */
  readonly key: string
  /** Messages whose keys it wraps now. */
  readonly rewrapped: number
  /** Ids of older keys that are gone for good. */
  readonly dropped: readonly string[]
}

/** A transaction of so many is over before mail would notice. */
const atATime = 500
/** A backup that began before may still be writing rows that need the key before. */
const keptMs = 86_400_000

/**
 * Puts in a new key and wraps the keys of all kept messages with it: content itself is not touched. Keys from before that
 * nothing needs any more go, where their follower is older than a day.
 * @throws OrderError where a key is missing: who puts its file back later would put it over the new one
 */
export async function rotateContentKey(order: ContentKeyOrder): Promise<Rotation> {
  const { contentKeys, access, who, at, rest } = order
  const { missing, fault } = await contentKeys.state()
  const why = fault ?? missing[0]?.why
  if (why !== undefined) throw new OrderError('conflict', `no new key is made while one is missing: ${why}`)
  const dropped = await contentKeys.dropUnused(at - keptMs)
  const key = await contentKeys.addKey(at)
  let rewrapped = 0
  for (;;) {
    const some = await contentKeys.rewrap(atATime)
    rewrapped += some
    if (some === 0) break
    await rest()
  }
  const rotation = { key, rewrapped, dropped }
  await access.record({ at, what: 'content-key-rotated', who, ip: '', tenant: null, detail: { ...rotation } })
  return rotation
}
