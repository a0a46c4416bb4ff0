import { randomBytes } from 'node:crypto'
import type { ErasedAddress } from './person-store.ts'

/** A pseudonym says nothing, not even to whoever can guess the address. */
export function withPseudonym(address: string): ErasedAddress {
  const domain = address.slice(address.lastIndexOf('@'))
  return { address, pseudonym: `erased-${randomBytes(6).toString('hex')}${domain}` }
}
