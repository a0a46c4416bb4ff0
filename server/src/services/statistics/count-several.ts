import { plainAddress } from '#ground/mail/plain-address.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { AddedSums } from './people-sums.ts'
import type { RefusedCounted, RefusedPlace, RefusedStore, UnreadCounted } from './refused-store.ts'

export interface CountSeveralParts {
  readonly statistics: Pick<RefusedStore, 'refusedRead' | 'countRefused' | 'countUnread'>
  /** Asks the store for a piece when it is its turn. */
  readonly inTurn: <Answer>(piece: () => Promise<Answer>) => Promise<Answer>
}

export interface SeveralWanted {
  readonly reach: Reach
  /** All addresses of theirs. */
  readonly addresses: readonly string[]
  readonly since: number
  readonly until: number
  readonly span: 'hour' | 'day'
  readonly without: readonly string[]
}

const dayMs = 86_400_000
/** Pieces that each of the two parts may take; each keeps the store for some milliseconds. */
const mostPieces = 1000
const linesInPiece = 1000
const costOfPiece = 2000
const addressesAtOnce = 500

/**
 * Adds refusals that name several recipients, of which one at least is theirs: what is not found by person yet, and then day by
 * day what is, the newest first.
 * @returns from when on all of them are in it (ms), where they were too many; null: all are
 */
export async function addSeveral(
  parts: CountSeveralParts,
  wanted: SeveralWanted,
  sums: AddedSums,
): Promise<number | null> {
  const { line, last } = await parts.inTurn(() => parts.statistics.refusedRead())
  const from = await addUnread(parts, wanted, { line, last }, sums)
  return from ?? addByPerson(parts, wanted, line, sums)
}

async function addUnread(
  { statistics, inTurn }: CountSeveralParts,
  { reach, since, until, without }: SeveralWanted,
  { line, last }: { readonly line: number; readonly last: number },
  sums: AddedSums,
): Promise<number | null> {
  const query = { reach, since, until, without, line }
  let whole = until
  for (
    let [before, pieces]: [number | null, number] = [last > line ? last + 1 : null, 0];
    before !== null;
  ) {
    if (++pieces > mostPieces) return whole
    const from: number = before
    const found: UnreadCounted = await inTurn(() => statistics.countUnread(query, from, linesInPiece))
    sums.add(found)
    whole = Math.min(whole, found.newestAt ?? whole)
    before = found.next
  }
  return null
}

async function addByPerson(
  { statistics, inTurn }: CountSeveralParts,
  { reach, addresses, since, until, span, without }: SeveralWanted,
  line: number,
  sums: AddedSums,
): Promise<number | null> {
  const plain = [...new Set(addresses.map(plainAddress))]
  let pieces = 0
  for (let day = Math.floor((until - 1) / dayMs) * dayMs; day + dayMs > since; day -= dayMs) {
    // A day that is not done to its end is not told as one that is.
    const ofDay = new AddedSums(span)
    for (let first = 0; first < plain.length; first += addressesAtOnce) {
      const some = plain.slice(first, first + addressesAtOnce)
      const query = { reach, since, until, without, day, plain: some, line }
      let place: RefusedPlace | null = null
      do {
        if (++pieces > mostPieces) return Math.min(until, day + dayMs)
        const from: RefusedPlace | null = place
        const found: RefusedCounted = await inTurn(() => statistics.countRefused(query, from, costOfPiece))
        ofDay.add(found)
        place = found.next
      } while (place !== null)
    }
    sums.add(ofDay.result())
  }
  return null
}
