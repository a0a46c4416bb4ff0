import { splitTag } from '#ground/mail/address.ts'
import { readReachNames } from '#ground/platform/reach-names.ts'
import { addressesOfPeople, ofPeople } from './people-conditions.ts'
import type { Statements } from './statements.ts'
import { domainOf } from './trace-conditions.ts'

/** Of these addresses those of groups and people that a reach names. */
export function findOfPeople(
  statements: Statements,
  names: readonly string[],
  addresses: readonly string[],
): string[] {
  const of = ofPeople(names, 'j.value')
  if (of === null || addresses.length === 0) return []
  return statements
    .all<{ address: string }>(
      `SELECT j.value AS address FROM json_each(?) j WHERE ${of.sql}`,
      JSON.stringify(addresses),
      ...of.values,
    )
    .map((each) => each.address)
}

/** Addresses of groups and people that a reach names, without those at some domains; not more than `limit`. */
export function readAddresses(
  statements: Statements,
  names: readonly string[],
  without: readonly string[],
  limit: number,
): string[] {
  const { groups, users } = readReachNames(names)
  const lists = [JSON.stringify(users), JSON.stringify(groups)]
  return statements
    .all<{ address: string }>(
      `SELECT DISTINCT address FROM (${addressesOfPeople})
       WHERE ${domainOf('address')} NOT IN (SELECT value FROM json_each(?)) LIMIT ?`,
      ...[...lists, ...lists, JSON.stringify(without), limit],
    )
    .map((each) => each.address)
}

/** All addresses of groups and people of a reach, for one who compares many with them. */
export class PeopleLookup {
  readonly addresses: ReadonlySet<string>
  readonly #statements: Statements

  constructor(statements: Statements, names: readonly string[]) {
    this.#statements = statements
    const { groups, users } = readReachNames(names)
    const lists = [JSON.stringify(users), JSON.stringify(groups)]
    const rows = statements.all<{ address: string }>(addressesOfPeople, ...lists, ...lists)
    this.addresses = new Set(rows.map((each) => each.address))
  }

  /** An address that is listed is that one's; else it is whose it is without its tag. */
  has(address: string): boolean {
    const own = address.toLowerCase()
    if (this.addresses.has(own)) return true
    const at = own.lastIndexOf('@')
    const { base, tag } = splitTag(own.slice(0, at))
    if (tag === null || !this.addresses.has(base + own.slice(at))) return false
    return this.#statements.get('SELECT 1 FROM users WHERE address = ?', own) === undefined
  }
}
