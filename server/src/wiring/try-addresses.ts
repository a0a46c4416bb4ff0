import { isIPv4 } from 'node:net'
import { tryDoor } from './try-door.ts'

/** Addresses that mail leaves by, and the port at the end of our own loop, which each of them has to reach. */
export interface Leaving {
  readonly addresses: readonly string[]
  readonly port: number
}

const kept = 10
/** Failures among the last ten tries of an address from which on it has failed, however the last of them went. */
const badOfKept = 3

/**
 * Speaks to the end of our own loop from each address that mail leaves by. Messages that go round leave by one address
 * in turn, and are tried again by another one: by them a broken address among good ones is never seen.
 */
export function addressTries(
  leaving: () => Leaving,
  host: string,
): () => Promise<{ readonly failed: string | null }> {
  const lately = new Map<string, readonly (string | null)[]>()
  return async () => {
    const { addresses, port } = leaving()
    // The loop ends on 127.0.0.1; whether an address of IPv6 is on this machine is looked at elsewhere.
    const own = [...new Set(addresses)].filter((each) => isIPv4(each))
    for (const known of lately.keys()) if (!own.includes(known)) lately.delete(known)
    const bad = await Promise.all(
      own.map(async (ip) => {
        const { failed } = await tryDoor({ ip: '127.0.0.1', port }, host, 'submission', ip)
        const tries = [failed, ...(lately.get(ip) ?? [])].slice(0, kept)
        lately.set(ip, tries)
        return wordsOf(ip, tries)
      }),
    )
    const words = bad.filter((each) => each !== null)
    return { failed: words.length === 0 ? null : words.join('; ') }
  }
}

/** @param tries the newest first; null: it went well */
function wordsOf(ip: string, tries: readonly (string | null)[]): string | null {
  const faults = tries.filter((each) => each !== null)
  if (tries[0] === null && faults.length < badOfKept) return null
  return `nothing leaves by ${ip} in ${faults.length} of ${tries.length} tries: ${faults[0]}`
}
