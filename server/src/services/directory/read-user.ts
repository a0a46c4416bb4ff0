import { normaliseAddress, parseMailbox } from '#ground/mail/address.ts'
import type { User } from './directory-store.ts'

/** A person or alias as it is typed or stands in a file. */
export interface NewUser {
  readonly address: string
  /** The address that an alias belongs to; undefined or empty: a user. */
  readonly aliasOf?: string
  readonly displayName?: string
}

const longestName = 256

/**
 * Reads a person. Answers a sentence where something is wrong.
 * @param isOurs whether a domain is in the directory
 */
export function readUser(given: NewUser, isOurs: (domain: string) => boolean): User | string {
  const found = readAddress(given.address, isOurs)
  if (typeof found === 'string') return found
  const displayName = (given.displayName ?? '').trim()
  if (displayName.length > longestName)
    return `the display name of ${given.address} has more than ${longestName} characters`
  const base = { address: found.key, domain: found.domain, displayName, settings: {} }
  if (given.aliasOf === undefined || given.aliasOf === '') return { ...base, kind: 'user', owner: found.key }
  const owner = readAddress(given.aliasOf, isOurs)
  if (typeof owner === 'string') return owner
  if (owner.key === found.key) return `${given.address} cannot be an alias of itself`
  return { ...base, kind: 'alias', owner: owner.key }
}

function readAddress(
  text: string,
  isOurs: (domain: string) => boolean,
): { key: string; domain: string } | string {
  const bare = text.trim()
  const mailbox = parseMailbox(bare, { smtputf8: true })
  if (mailbox === null || mailbox.domain === '')
    return bare === '' ? 'there is no address' : `${bare} is no mail address`
  const { lookupKey, domain } = normaliseAddress(bare)
  return isOurs(domain) ? { key: lookupKey, domain } : `the domain of ${bare} is none of ours; add it first`
}

/** The form in which an address is kept and looked up; what is no address comes back as it is. */
export function addressKey(address: string): string {
  const bare = address.trim()
  return parseMailbox(bare, { smtputf8: true }) === null ? bare : normaliseAddress(bare).lookupKey
}
