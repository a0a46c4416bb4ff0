import type { Alarms } from '#ground/platform/alarms.ts'
import type { Pool, SendingAddress } from './sending-address.ts'
import type { SendingStore } from './sending-store.ts'

export interface AddressBookOptions {
  readonly store: Pick<SendingStore, 'addresses' | 'listings'>
  /** Addresses that the settings name: they count where the store has none of that pool. */
  readonly settings: Readonly<Record<Pool, readonly SendingAddress[]>>
  /** Whether an address that a blocklist lists is left out while others of its pool are not listed. */
  readonly leavesListed: () => boolean
  /** Whether an address is on this machine; null: it is, else why not. */
  readonly probe: (ip: string) => Promise<string | null>
  readonly alarms: Alarms
  readonly now: () => number
}

/** What a blocklist said counts for so long. */
const listingCountsMs = 3 * 3_600_000

const pools: readonly Pool[] = ['inbound', 'outbound']

/**
 * The addresses that may carry mail now, pool by pool. Changed ones count with the next look, without a restart; while
 * the store cannot be read those from before go on. An address that is not on this machine, or is listed where the
 * operator wants that to count, is left out as long as another one is there: no plan and no list may hold mail up.
 */
export class AddressBook {
  readonly #options: AddressBookOptions
  #pools: Readonly<Record<Pool, readonly SendingAddress[]>>

  constructor(options: AddressBookOptions) {
    this.#options = options
    this.#pools = options.settings
  }

  of(pool: Pool): readonly SendingAddress[] {
    return this.#pools[pool]
  }

  /** Every address that grows. */
  growing(): SendingAddress[] {
    return pools.flatMap((pool) => this.#pools[pool].filter((each) => each.warmUp !== null))
  }

  /** Looks anew. @throws what the store throws */
  async look(): Promise<void> {
    const { store, settings, leavesListed } = this.#options
    const kept = await store.addresses()
    const listed = leavesListed() ? await this.#listed() : new Set<string>()
    const next: Record<Pool, readonly SendingAddress[]> = { inbound: [], outbound: [] }
    for (const pool of pools) {
      const own = kept.filter((each) => each.pool === pool)
      const active = own.filter((each) => each.state === 'active')
      const free = settings[pool].filter(({ ip }) => !kept.some((each) => each.ip === ip))
      const wanted = own.length > 0 ? active : free
      const here = await this.#here(wanted)
      next[pool] = someOf(here, (each) => !listed.has(each.ip))
    }
    this.#pools = next
  }

  async #listed(): Promise<ReadonlySet<string>> {
    const { store, now } = this.#options
    const from = now() - listingCountsMs
    const found = await store.listings()
    return new Set(
      found.filter((each) => each.state === 'listed' && each.checkedAt > from).map((each) => each.ip),
    )
  }

  async #here(wanted: readonly SendingAddress[]): Promise<readonly SendingAddress[]> {
    const { probe, alarms } = this.#options
    const missing = new Set<string>()
    for (const { ip, pool } of wanted) {
      const why = await probe(ip)
      if (why === null) alarms.clear('address-missing', ip)
      else {
        missing.add(ip)
        alarms.raise(
          'address-missing',
          ip,
          `${pool} mail shall leave by ${ip}, which is not on this machine: ${why}`,
        )
      }
    }
    return someOf(wanted, (each) => !missing.has(each.ip))
  }
}

/** Those that are good; all where none is. */
function someOf(
  all: readonly SendingAddress[],
  isGood: (address: SendingAddress) => boolean,
): readonly SendingAddress[] {
  const good = all.filter(isGood)
  return good.length > 0 ? good : all
}
