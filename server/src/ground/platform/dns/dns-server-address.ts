import { getServers } from 'node:dns'
import { isIP } from 'node:net'

/** A DNS server: a numeric address and a port. */
export interface DnsServerAddress {
  readonly address: string
  readonly port: number
  /** As written in settings and shown to people: `192.0.2.1:53`, `[2001:db8::1]:53`. */
  readonly text: string
}

/**
 * The servers to ask: those of the settings, or where there are none those of the system.
 * @param configured `address:port`, IPv6 in brackets, as dns.servers has them
 * @throws Error where an entry is a name: whoever resolves names needs an address
 */
export function readDnsServers(configured: readonly string[]): DnsServerAddress[] {
  if (configured.length > 0) return configured.map(readServer)
  const system = getServers().map((each) => readServer(withPort(each)))
  return system.length > 0 ? system : [readServer('127.0.0.1:53')]
}

function readServer(text: string): DnsServerAddress {
  const found = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const address = found?.[1] ?? found?.[2] ?? ''
  // A scope such as fe80::1%eth0 is kept for connecting and left out of the check.
  if (isIP(address.split('%')[0] ?? '') === 0) {
    throw new Error(`${text} is no DNS server; expected an address and a port, such as 192.0.2.1:53`)
  }
  return { address, port: Number(found?.[3]), text }
}

/** Node shows port 53 by leaving it out, and IPv6 in brackets only when there is a port. */
function withPort(text: string): string {
  if (isIP(text.split('%')[0] ?? '') === 6) return `[${text}]:53`
  return /:\d+$/.test(text) ? text : `${text}:53`
}
