import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RadarOrders } from './radar-parts.ts'

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
  { radar, directory, now }: Pick<RadarOrders, 'radar' | 'directory' | 'now'>,
  name: string,
  who: string,
  ip: string,
): Promise<void> {
  await radar.putUnwanted(name.toLowerCase(), now())
  await directory.recordChange(now(), 'radar-refused', who, { name }, { tenant: null, ip })
}
