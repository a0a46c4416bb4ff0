import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { PeoplePlace, StatisticsStore, Sum, Top } from './statistics-store.ts'

/** Figures that cannot be told at this level; the message says why, in words for who asks. */
export class NotCountedError extends Error {}

/** What has happened to mail of some people, by hour. */
export interface PeopleSums {
  readonly sums: readonly Sum[]
  readonly tops: readonly Top[]
}

export interface CountPeopleParts {
  readonly statistics: Pick<StatisticsStore, 'addressesOf' | 'countPeople' | 'countSeveral'>
  /** Lets others have the store between two pieces. @param tookMs how long the one before took */
  readonly rest: (tookMs: number) => Promise<void>
}

/** Addresses of a reach: with more of them each look alone would take seconds. */
const mostAddresses = 5000
/** Pieces that one count may take; each keeps the store for some milliseconds. */
const mostPieces = 1000
const addressesAtOnce = 500
const entriesInPiece = 1000

/**
 * Counts mail of the groups and people of a reach from the ledger. @param without domains whose sums have theirs already
 * @throws NotCountedError where they have too much
 */
export async function countPeople(
  { statistics, rest }: CountPeopleParts,
  { tenants, domains }: Reach,
  range: { readonly since: number; readonly until: number },
  without: readonly string[] = [],
): Promise<PeopleSums> {
  const names = (domains ?? []).filter(isOfPeople)
  const addresses = (await statistics.addressesOf(names)).filter((each) => !without.includes(domainOf(each)))
  if (addresses.length > mostAddresses)
    throw new NotCountedError(
      `These are ${addresses.length} addresses. Figures of groups and people are counted for ${mostAddresses} at most; choose a smaller group, or a domain.`,
    )
  const sums = new SumsByKey()
  let pieces = 0
  let began = performance.now()
  const onward = async () => {
    if (++pieces > mostPieces)
      throw new NotCountedError(
        'There is too much mail in this time to be counted for groups and people. Choose a shorter time, a smaller group, or a domain.',
      )
    await rest(performance.now() - began)
    began = performance.now()
  }
  for (let first = 0; first < addresses.length; first += addressesAtOnce) {
    const query = { ...range, tenants, addresses: addresses.slice(first, first + addressesAtOnce) }
    let place: PeoplePlace | null = null
    do {
      await onward()
      const found = await statistics.countPeople(query, place, entriesInPiece)
      sums.add(found)
      place = found.next
    } while (place !== null)
  }
  const query = { ...range, reach: { tenants, domains: names }, without }
  for (let after: string | null = ''; after !== null; ) {
    await onward()
    const found = await statistics.countSeveral(query, after, entriesInPiece)
    sums.add(found)
    after = found.next
  }
  return sums.result()
}

/** Sums of many pieces: the same line comes with each of them. */
class SumsByKey {
  readonly #sums = new Map<string, Sum>()
  readonly #tops = new Map<string, Top>()

  add({ sums, tops }: PeopleSums): void {
    for (const each of sums) {
      const key = [each.at, each.direction, each.what, each.reason].join('\n')
      const deliveries = (this.#sums.get(key)?.deliveries ?? 0) + each.deliveries
      this.#sums.set(key, { ...each, deliveries })
    }
    for (const each of tops) {
      const key = `${each.kind} ${each.name}`
      this.#tops.set(key, { ...each, deliveries: (this.#tops.get(key)?.deliveries ?? 0) + each.deliveries })
    }
  }

  result(): PeopleSums {
    return { sums: [...this.#sums.values()], tops: [...this.#tops.values()] }
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
