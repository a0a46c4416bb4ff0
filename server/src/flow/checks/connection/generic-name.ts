import { isIPv4 } from 'node:net'
import { ipNibbles } from '#ground/mail/ip-nibbles.ts'

/** Whether a name is made of the address that it belongs to, such as `p192-0-2-7.pool.example`. */
export function isGenericName(name: string, ip: string): boolean {
  if (!isIPv4(ip)) return name.replaceAll(/[^0-9a-f]/g, '').includes(ipNibbles(ip).slice(0, 16).join(''))
  const bytes = ip.split('.').map(Number)
  const numbers = (name.match(/\d+/g) ?? []).map(Number)
  const inOrder = (wanted: readonly number[]) =>
    numbers.some((_, at) => wanted.every((byte, n) => numbers[at + n] === byte))
  // Three of the four, since the network part often stands in the domain; and all four in one number.
  const padded = bytes.map((byte) => String(byte).padStart(3, '0')).join('')
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return (
    inOrder(bytes.slice(0, 3)) ||
    inOrder(bytes.slice(1)) ||
    inOrder(bytes.slice(1).reverse()) ||
    inOrder(bytes.slice(0, 3).reverse()) ||
    name.includes(padded) ||
    name.includes(hex)
  )
}
