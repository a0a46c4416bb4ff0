import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { PeopleLookup } from '../database/people-lookup.ts'
import type { Statements } from '../database/statements.ts'
import type { RecipientFacts } from './mail-facts.ts'
import { ownAddressOf } from './terms.ts'

/**
 * Addresses that the index is asked for one by one. Beyond that all mail of the tenant is gone through and each address
 * held against the list: joining more terms costs more.
 */
const mostAsked = 100

/** Groups and people of a reach, for one question. */
export class PeopleOfReach {
  /** Addresses to ask the index for; null: the reach names no people, or they have too many. */
  readonly asked: readonly string[] | null
  readonly #ledger: Statements
  readonly #lookup: PeopleLookup | null
  readonly #isOfPeopleAlone: boolean

  constructor(ledger: Statements, within: Reach | undefined) {
    const names = within?.domains ?? []
    const people = names.filter(isOfPeople)
    this.#ledger = ledger
    this.#lookup = people.length === 0 ? null : new PeopleLookup(ledger, people)
    this.#isOfPeopleAlone = people.length > 0 && people.length === names.length
    const addresses = this.#lookup?.addresses
    this.asked = addresses && addresses.size <= mostAsked ? [...addresses] : null
  }

  readonly has = (address: string): boolean => this.#lookup?.has(address) ?? false

  /** Whether an entry is certainly not theirs: one question tells it, where all that is known of it takes five. */
  rulesOut({ message_id, n }: { readonly message_id: string; readonly n: number | null }): boolean {
    if (!this.#isOfPeopleAlone || this.asked !== null || n === null) return false
    const ends = this.#ledger.get<RecipientFacts>(
      `SELECT m.direction, m.mail_from AS mailFrom, d.rcpt_to AS rcptTo FROM deliveries d JOIN messages m ON m.id = d.message_id
       WHERE d.message_id = ? AND d.n = ?`,
      message_id,
      n,
    )
    return ends !== undefined && !this.has(ownAddressOf(ends))
  }
}
