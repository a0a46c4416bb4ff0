import { toPrintable } from './printable-text.ts'

/**
 * An address with a name beside it, for a From field. The name becomes encoded words (RFC 2047) where it is more than
 * letters and blanks; one word holds 75 characters at most. Without a name: the address alone.
 */
export function withName(name: string, address: string): string {
  const plain = toPrintable(name, 40).trim()
  if (plain === '') return address
  if (/^[\w ]+$/.test(plain)) return `${plain} <${address}>`
  const words: string[] = []
  for (let letters = [...plain]; letters.length > 0; letters = letters.slice(10))
    words.push(`=?utf-8?B?${Buffer.from(letters.slice(0, 10).join('')).toString('base64')}?=`)
  return `${words.join(' ')} <${address}>`
}
