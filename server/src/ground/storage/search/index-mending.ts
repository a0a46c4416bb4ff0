import { firstIdAt } from '#ground/platform/ids.ts'
import type { Statements } from '../database/statements.ts'
import type { IndexEntries } from './index-entries.ts'
import { readMessageFacts, readRefusalFacts } from './mail-facts.ts'
import { firstPlaceAt, momentOfPlace, placesPerMinute, startOfMinute } from './places.ts'
import { nextMarked, unmark } from './search-marks.ts'

/** What finds no place in its millisecond goes on in the next ones; no further than this. */
export const spillMs = 8
/** An id is given out with the first command of a message, and stays above those before it when the clock is set back. */
const idsOffMs = 3_600_000
/** Time that a piece is meant to take: the next one has more or less mail in it by how long this one took. */
const pieceMs = 2
/** Messages, entries or refusals of a piece. */
const sizes = { first: 16, most: 32 }
/** Refusals that are looked at in a piece for those of the minute: they are in the order of their ids, not of time. */
const listed = 1000

interface Refusal {
  readonly id: string
  readonly at: number
}

/** A minute that is being made anew. */
interface OpenMinute {
  readonly minute: number
  /** Its refusals, as far as they are known. */
  readonly refusals: readonly Refusal[]
  /** The last id that was looked at for them; null: all are known. */
  readonly listedTo: string | null
  /** From which moment on it is still as it was (ms). */
  readonly next: number
}

/**
 * Makes marked minutes anew from the ledger, a piece of a minute at a time: others write to the index between two of them. A
 * minute stays marked until all of it is done, so one that is left half-way is begun again.
 */
export class IndexMending {
  readonly #ledger: Statements
  readonly #index: Statements
  readonly #entries: IndexEntries
  #open: OpenMinute | null = null
  #size = sizes.first

  constructor(ledger: Statements, index: Statements, entries: IndexEntries) {
    this.#ledger = ledger
    this.#index = index
    this.#entries = entries
  }

  /** One piece of the newest marked minute, in the caller's transaction. Answers whether there was one. */
  step(now: number): boolean {
    this.#open ??= this.#begin()
    if (this.#open === null) return false
    this.#open =
      this.#open.listedTo === null
        ? this.#mendPiece(this.#open, now)
        : this.#listRefusals(this.#open, this.#open.listedTo)
    return true
  }

  /** A piece was undone: the minute is begun again. */
  giveUp(): void {
    this.#open = null
    this.#size = sizes.first
  }

  #begin(): OpenMinute | null {
    const minute = nextMarked(this.#index)
    if (minute === undefined) return null
    // From here on its sum goes with its entries.
    this.#index.run('DELETE FROM stretches WHERE minute = ?', minute)
    this.#index.run(
      `INSERT INTO stretches (minute, entries, sums)
       SELECT ?1, count(*), sum(sum) FROM entries WHERE place >= ?2 AND place < ?3 HAVING count(*) > 0`,
      minute,
      minute * placesPerMinute,
      (minute + 1) * placesPerMinute,
    )
    const next = startOfMinute(minute)
    return { minute, next, refusals: [], listedTo: firstIdAt(next - spillMs - idsOffMs) }
  }

  #listRefusals(open: OpenMinute, after: string): OpenMinute {
    const [since, until] = [startOfMinute(open.minute) - spillMs, startOfMinute(open.minute + 1)]
    const rows = this.#ledger.all<Refusal>(
      'SELECT id, at FROM refusals WHERE id > ? AND id < ? ORDER BY id LIMIT ?',
      after,
      firstIdAt(until + idsOffMs),
      listed,
    )
    const mine = rows.filter(({ at }) => at >= since && at < until)
    const last = rows.length < listed ? undefined : rows.at(-1)
    const refusals = [...open.refusals, ...mine]
    if (last) return { ...open, refusals, listedTo: last.id }
    return { ...open, refusals: refusals.sort((a, b) => a.at - b.at), listedTo: null }
  }

  /** Answers what is left of the minute; null: it is whole. */
  #mendPiece(open: OpenMinute, now: number): OpenMinute | null {
    const began = performance.now()
    const { minute } = open
    const last = startOfMinute(minute + 1)
    const end = this.#endOfPiece(open, last)
    this.#renew(open, end)
    if (end === last) unmark(this.#index, minute, now)
    this.#size = sizeAfter(this.#size, performance.now() - began)
    const left = open.refusals.filter(({ at }) => at >= end - spillMs)
    return end < last ? { ...open, next: end, refusals: left } : null
  }

  /** A moment before which there is no more than a piece is to have, at least the next millisecond. */
  #endOfPiece({ next, refusals }: OpenMinute, until: number): number {
    const message = this.#ledger.get<{ at: number }>(
      `SELECT at FROM events WHERE at >= ? AND at < ? AND kind = 'accepted' ORDER BY at LIMIT 1 OFFSET ?`,
      ...[next, until, this.#size],
    )
    const ends = [
      message?.at,
      refusals.filter(({ at }) => at >= next)[this.#size]?.at,
      this.#momentOf('place', 'entries', next, until),
      this.#momentOf('id', 'terms_docsize', next, until),
    ]
    return Math.max(next + 1, Math.min(until, ...ends.map((each) => each ?? until)))
  }

  /** When the first thing behind a piece was received; undefined: there are not so many. */
  #momentOf(column: string, table: string, since: number, until: number): number | undefined {
    const found = this.#index.get<{ place: number }>(
      `SELECT ${column} AS place FROM ${table} WHERE ${column} >= ? AND ${column} < ? ORDER BY ${column} LIMIT 1 OFFSET ?`,
      ...[firstPlaceAt(since), firstPlaceAt(until), this.#size],
    )
    return found && momentOfPlace(found.place)
  }

  #renew(open: OpenMinute, until: number): void {
    const messages = this.#messagesOf(open.next, until)
    const places = [firstPlaceAt(open.next), firstPlaceAt(until)] as const
    const entries = 'SELECT place FROM entries WHERE place >= ? AND place < ?'
    for (const { place } of this.#index.all<{ place: number }>(entries, ...places))
      this.#entries.remove(place)
    // Words that no entry has.
    const words = 'SELECT id FROM terms_docsize WHERE id >= ? AND id < ?'
    for (const { id } of this.#index.all<{ id: number }>(words, ...places))
      this.#index.run('DELETE FROM terms WHERE rowid = ?', id)
    for (const id of messages)
      for (const facts of readMessageFacts(this.#ledger, id, null)) this.#entries.put(facts)
    for (const { id, at } of open.refusals) {
      const facts = at < until ? readRefusalFacts(this.#ledger, id) : null
      if (facts) this.#entries.put(facts)
    }
  }

  /** What was received in a stretch, or a moment before it: its entry may have gone on into the next millisecond. */
  #messagesOf(first: number, until: number): Set<string> {
    const since = first - spillMs
    const rows = [
      ...this.#ledger.all<{ id: string }>(
        `SELECT message_id AS id FROM events WHERE at >= ? AND at < ? AND kind = 'accepted'`,
        ...[since, until],
      ),
      ...this.#index.all<{ id: string }>(
        'SELECT message_id AS id FROM entries WHERE place >= ? AND place < ? AND n IS NOT NULL',
        ...[firstPlaceAt(since), firstPlaceAt(until)],
      ),
    ]
    return new Set(rows.map(({ id }) => id))
  }
}

/** A size that takes about as long as a piece should, no more than twice the last one. */
function sizeAfter(size: number, tookMs: number): number {
  const factor = Math.min(2, pieceMs / Math.max(tookMs, 0.01))
  return Math.min(sizes.most, Math.max(1, Math.floor(size * factor)))
}
