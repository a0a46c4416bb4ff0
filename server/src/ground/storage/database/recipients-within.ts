import { domainPart } from '#ground/mail/address.ts'
import { readRecipientList } from '#ground/platform/recipient-list.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { findOfPeople } from './people-lookup.ts'
import type { Statements } from './statements.ts'

/** Of the recipients of a refusal that somebody may see those whom he may know of. */
export function recipientsWithin(
  statements: Statements,
  within: Reach | undefined,
  rcptTo: string,
): string[] {
  const all = readRecipientList(rcptTo)
  const names = within?.domains ?? null
  // One alone is why he sees it.
  if (names === null || all.length < 2) return all
  const people = new Set(findOfPeople(statements, names, all))
  return all.filter((each) => names.includes(domainPart(each)) || people.has(each))
}

/** Whether somebody may know of a recipient by his address. */
export function isRecipientWithin(
  statements: Statements,
  within: Reach | undefined,
  address: string,
): boolean {
  const names = within?.domains ?? null
  return (
    names === null ||
    names.includes(domainPart(address)) ||
    findOfPeople(statements, names, [address]).length > 0
  )
}
