import { crc32 } from 'node:zlib'
import type { Statements } from '../database/statements.ts'
import type { MailFacts } from './mail-facts.ts'
import { minuteOf, placeOf } from './places.ts'
import { termsOf } from './terms.ts'

/**
 * Entries of the index and the words that find them, with a sum of each minute beside: who changes the one without the
 * other is found by comparing. The caller is inside a transaction.
 */
export class IndexEntries {
  readonly #index: Statements

  constructor(index: Statements) {
    this.#index = index
  }

  /** Puts in what is known of a delivery or refusal; what stands there already is left alone. */
  put(facts: MailFacts): void {
    const { messageId, n, at } = facts
    const terms = termsOf(facts)
    const sum = crc32(terms)
    let place = placeOf(at, messageId, n)
    for (;;) {
      const taken = this.#index.get<{ message_id: string; n: number | null; sum: number }>(
        'SELECT message_id, n, sum FROM entries WHERE place = ?',
        place,
      )
      if (!taken) break
      if (taken.message_id === messageId && taken.n === n) {
        if (taken.sum === sum) return
        this.#takeOut(place, taken.sum)
        break
      }
      place += 1
    }
    this.#index.run(
      'INSERT INTO entries (place, message_id, n, sum) VALUES (?, ?, ?, ?)',
      place,
      messageId,
      n,
      sum,
    )
    this.#index.run('INSERT INTO terms (rowid, known_by) VALUES (?, ?)', place, terms)
    this.#count(place, 1, sum)
  }

  /** Takes out what stands at a place, if anything does. */
  remove(place: number): void {
    const entry = this.#index.get<{ sum: number }>('SELECT sum FROM entries WHERE place = ?', place)
    if (entry) this.#takeOut(place, entry.sum)
  }

  #takeOut(place: number, sum: number): void {
    this.#index.run('DELETE FROM entries WHERE place = ?', place)
    this.#index.run('DELETE FROM terms WHERE rowid = ?', place)
    this.#count(place, -1, -sum)
  }

  #count(place: number, entries: number, sum: number): void {
    this.#index.run(
      `INSERT INTO stretches (minute, entries, sums) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET entries = entries + excluded.entries, sums = sums + excluded.sums`,
      minuteOf(place),
      entries,
      sum,
    )
  }
}
