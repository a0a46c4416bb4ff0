import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { addSeveral, type CountSeveralParts } from './count-several.ts'
import { AddedSums, type PeopleSums } from './people-sums.ts'
import type { PeopleCounted, PeoplePlace, StatisticsQuery, StatisticsStore } from './statistics-store.ts'

/** Figures that cannot be told at this level; the message says why, in words for who asks. */
export class NotCountedError extends Error {}

/** What was counted of some people. */
export interface PeopleCount extends PeopleSums {
  /** From when on all refusals that name several are in it (ms), where they were too many; null: all are. */
  readonly severalSince: number | null
}

export interface CountPeopleParts {
  readonly statistics: Pick<StatisticsStore, 'addressesOf' | 'countPeople'> & CountSeveralParts['statistics']
  /** Asks the store for a piece when it is its turn. */
  readonly inTurn: <Answer>(piece: () => Promise<Answer>) => Promise<Answer>
}

/** Addresses of a reach: with more of them each look alone would take seconds. */
const mostAddresses = 5000
/** Pieces that the first part may take; each keeps the store for some milliseconds. */
const mostPieces = 1000
const addressesAtOnce = 500
const entriesInPiece = 1000

/**
 * Counts mail of the groups and people of a reach from the ledger. Of refusals that name several, where these are too many, the
 * newest are counted, and said since when. @param without domains whose sums have theirs already
 * @throws NotCountedError where they have too much
 */
export async function countPeople(
  parts: CountPeopleParts,
  reach: Reach,
  range: Pick<StatisticsQuery, 'since' | 'until' | 'span'>,
  without: readonly string[] = [],
): Promise<PeopleCount> {
  const { statistics, inTurn } = parts
  const names = (reach.domains ?? []).filter(isOfPeople)
  const addresses = await inTurn(() => statistics.addressesOf(names, without, mostAddresses + 1))
  if (addresses.length > mostAddresses)
    throw new NotCountedError(
      `These are more than ${mostAddresses} addresses, which is the most that figures of groups and people are counted for. Choose a smaller group, or a domain.`,
    )
  const sums = new AddedSums(range.span)
  await addOwn(parts, { ...range, tenants: reach.tenants, addresses }, sums)
  const ofThese = { ...range, reach: { tenants: reach.tenants, domains: names }, without, addresses }
  const severalSince = await addSeveral(parts, ofThese, sums)
  return { ...sums.result(), severalSince }
}

/** What came to their addresses, what left from them, and what was refused to one alone. */
async function addOwn(
  { statistics, inTurn }: CountPeopleParts,
  query: Parameters<StatisticsStore['countPeople']>[0],
  sums: AddedSums,
): Promise<void> {
  const next = counter(
    'There is too much mail to and from these addresses and their tags to be counted. Choose a smaller group, or a domain.',
  )
  for (let first = 0; first < query.addresses.length; first += addressesAtOnce) {
    const some = { ...query, addresses: query.addresses.slice(first, first + addressesAtOnce) }
    let place: PeoplePlace | null = null
    do {
      next()
      const from: PeoplePlace | null = place
      const found: PeopleCounted = await inTurn(() => statistics.countPeople(some, from, entriesInPiece))
      sums.add(found)
      place = found.next
    } while (place !== null)
  }
}

/** Counts pieces. @param words of the NotCountedError that is thrown where there are too many */
function counter(words: string): () => void {
  let pieces = 0
  return () => {
    if (++pieces > mostPieces) throw new NotCountedError(words)
  }
}
