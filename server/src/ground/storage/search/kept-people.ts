import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { Statements } from '../database/statements.ts'
import { PeopleOfReach } from './people-of-reach.ts'

/** Reaches whose addresses are kept; of a group of 20,000 that is some megabytes. */
const mostKept = 4

/**
 * Groups and people of reaches that were asked for of late. An export, a count or somebody who listens asks in many pieces,
 * and all addresses of a large group take longer than a piece does. They hold as long as the directory is the same one.
 */
export class KeptPeople {
  readonly #ledger: Statements
  readonly #kept = new Map<string, PeopleOfReach>()
  #version = ''

  constructor(ledger: Statements) {
    this.#ledger = ledger
  }

  of(within: Reach | undefined): PeopleOfReach {
    const names = within?.domains ?? []
    if (!names.some(isOfPeople)) return new PeopleOfReach(this.#ledger, within)
    this.#follow()
    const key = JSON.stringify(names)
    const people = this.#kept.get(key) ?? new PeopleOfReach(this.#ledger, within)
    this.#kept.delete(key)
    this.#kept.set(key, people)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
    return people
  }

  #follow(): void {
    const sql = "SELECT value FROM facts WHERE name = 'directory-version'"
    const version = this.#ledger.get<{ value: string }>(sql)?.value ?? ''
    if (version !== this.#version) this.#kept.clear()
    this.#version = version
  }
}
