import type { PathResult } from '#flow/delivery/sending/path.ts'
import type { SendingAddress } from '#flow/delivery/sending/sending-address.ts'
import type { AddressListing, PathFigures, PathQuery } from '#flow/delivery/sending/sending-store.ts'
import type { SendingOrder } from './sending-order.ts'

export interface AddressView extends SendingAddress {
  /** store: it can be changed here; settings: the pool has none here, so the settings count. */
  readonly from: 'store' | 'settings'
  readonly addedAt: number | null
  readonly addedBy: string
  /** Tries since the beginning of the day before (UTC), by what became of them. */
  readonly counts: Readonly<Record<PathResult, number>>
  readonly listings: readonly AddressListing[]
}

const none = { taken: 0, deferred: 0, slow: 0, listed: 0, judged: 0 }
const pools = ['inbound', 'outbound'] as const

/** Every address that mail may leave by, with its figures of yesterday and today and what blocklists say. */
export async function listAddresses({ sending, settings, at }: SendingOrder): Promise<AddressView[]> {
  const kept = await sending.addresses()
  const totals = new Map((await sending.totals(daysAgo(at, 1))).map((each) => [each.ip, each.counts]))
  const listings = await sending.listings()
  return pools.flatMap((pool) => {
    const own = kept.filter((each) => each.pool === pool)
    const all =
      own.length > 0
        ? own.map((each) => ({ ...each, from: 'store' as const }))
        : settings[pool].map((each) => ({ ...each, from: 'settings' as const, addedAt: null, addedBy: '' }))
    return all.map((each) => ({
      ...each,
      counts: totals.get(each.ip) ?? none,
      listings: listings.filter(({ ip }) => ip === each.ip),
    }))
  })
}

/** What addresses have carried to receivers in the last days and learnt of them, by address and receiver. */
export function listReceivers(
  { sending, at }: Pick<SendingOrder, 'sending' | 'at'>,
  query: PathQuery,
  days = 7,
): Promise<PathFigures[]> {
  return sending.figures(daysAgo(at, days - 1), query)
}

function daysAgo(at: number, days: number): string {
  return new Date(at - days * 86_400_000).toISOString().slice(0, 10)
}

/** What a path is at a moment, in a word. */
export function pathStateOf({ memory }: PathFigures, now: number): 'good' | 'paced' | 'poor' | 'out' {
  if (memory === null) return 'good'
  if (memory.outUntil > now) return 'out'
  const bad = memory.recent.filter((each) => each === 'deferred' || each === 'slow').length
  if (memory.recent.length >= 3 && bad / memory.recent.length >= 0.5) return 'poor'
  return memory.perMinute === null ? 'good' : 'paced'
}
