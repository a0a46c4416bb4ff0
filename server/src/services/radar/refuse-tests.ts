import { createHmac, timingSafeEqual } from 'node:crypto'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import type { RadarOrders } from './radar-parts.ts'
import { inRadar } from './radar-store.ts'

/** What in a test mail proves that it was sent to an address. */
export function refusalProof(address: string, key: string): string {
  return createHmac('sha256', key).update(`radar ${address.toLowerCase()}`).digest('base64url').slice(0, 32)
}

/** Whether somebody has the proof that came with a test mail to an address. */
export function isRefusalProof(address: string, proof: string, key: string): boolean {
  const [given, right] = [Buffer.from(proof), Buffer.from(refusalProof(address, key))]
  return given.length === right.length && timingSafeEqual(given, right)
}

/** Whoever has an address, or a domain, gets no test mails any more, for good. */
export async function refuseTests(
  { directory, now }: Pick<RadarOrders, 'directory' | 'now'>,
  name: string,
  who: string,
  ip: string,
): Promise<void> {
  const at = now()
  const refuse = inRadar.putUnwanted(name.toLowerCase(), at)
  const line = { what: 'radar-refused', tenant: null, detail: { name } }
  await changeRecorded({ directory, at, who, ip }, refuse, line)
}
