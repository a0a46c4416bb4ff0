import { splitTag } from './address.ts'

/** An address in small letters, without its tag. */
export function plainAddress(address: string): string {
  const own = address.toLowerCase()
  const at = own.lastIndexOf('@')
  return splitTag(own.slice(0, at)).base + own.slice(at)
}
