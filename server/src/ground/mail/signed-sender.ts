import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Envelope senders with a signature in their local part, in the form that BATV drafts call `prvs`:
 * `prvs=KDDDHHHHHH=local@domain`. K is the last digit of the number of the key, DDD the day on which it ends (since 1970,
 * the last three digits), HHHHHH the beginning of a MAC over both and the address. The address behind it is what it was.
 */

/** Bytes that a signature puts before an address. */
export const signatureLength = 16
/** For so many days a bounce may come: longer than our server and that of the receiver keep trying together. */
const lastsDays = 21
const dayMs = 86_400_000
/** RFC 5321, 4.5.3.1.1. */
const longestLocal = 64 - signatureLength

/** A key with its number; two that live at a time differ in the last digit. */
export interface SenderKey {
  readonly n: number
  readonly secret: string
}

/** What may be signed at all: plain addresses with room for it. What is signed already stays. */
export function maySign(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf('@'))
  return /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/.test(local) && local.length <= longestLocal && !hasForm(local)
}

/** @param at of the message, so that each try for it has the same sender, which greylisting asks for */
export function signSender(address: string, { n, secret }: SenderKey, at: number): string {
  const ends = (Math.floor(at / dayMs) + lastsDays) % 1000
  const tag = `${n % 10}${String(ends).padStart(3, '0')}`
  return `prvs=${tag}${macOf(tag, address, secret)}=${address}`
}

/** Whether a local part looks like a signed one; whether it is says `isSigned`. */
export function hasForm(local: string): boolean {
  return /^prvs=\d{4}[0-9a-f]{6}=./i.test(local)
}

/** The last digit of the number of the key that a signed local part names. */
export function keyDigitOf(local: string): number {
  return Number(local[5])
}

/** Whether the key has signed this address, and the signature has not ended. */
export function isSigned(address: string, { secret }: SenderKey, now: number): boolean {
  if (!hasForm(address.slice(0, address.lastIndexOf('@')))) return false
  const tag = address.slice(5, 9)
  const made = Buffer.from(macOf(tag, address.slice(signatureLength), secret))
  if (!timingSafeEqual(made, Buffer.from(address.slice(9, 15).toLowerCase()))) return false
  const left = (Number(tag.slice(1)) - (Math.floor(now / dayMs) % 1000) + 1000) % 1000
  return left <= lastsDays
}

function macOf(tag: string, address: string, secret: string): string {
  return createHmac('sha256', secret).update(`${tag} ${address.toLowerCase()}`).digest('hex').slice(0, 6)
}
