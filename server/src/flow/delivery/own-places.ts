import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { OwnPlaces } from './route.ts'

const readEveryMs = 30_000

/**
 * Names and addresses of this site, which mail must not be sent to.
 * @param host the site's host name; customers' MX names are below `in.` of it (GW-01)
 * @param ports where SMTP is listened for, by this process or another of the site
 */
export function createOwnPlaces(host: string, ports: () => readonly number[]): OwnPlaces {
  const name = host.toLowerCase()
  let addresses = new BlockList()
  let readAt = 0
  return {
    isOurName: (each) => {
      const lower = each.toLowerCase().replace(/\.$/, '')
      return lower === name || lower.endsWith(`.in.${name}`)
    },
    isOurPort: (port) => ports().includes(port),
    isOurAddress: (ip, port) => {
      if (!ports().includes(port)) return false
      if (Date.now() - readAt > readEveryMs) {
        readAt = Date.now()
        addresses = readAddresses()
      }
      return addresses.check(ip, familyOf(ip))
    },
  }
}

/** A list of its own kind, since one address has many spellings: `::ffff:127.0.0.1` is found in it as 127.0.0.1. */
function readAddresses(): BlockList {
  const list = new BlockList()
  list.addSubnet('127.0.0.0', 8, 'ipv4')
  // Whoever connects to "any address" reaches this machine.
  list.addSubnet('0.0.0.0', 8, 'ipv4')
  for (const each of ['::', '::1']) list.addAddress(each, 'ipv6')
  for (const each of Object.values(networkInterfaces()).flatMap((found) => found ?? []))
    list.addAddress(each.address, familyOf(each.address))
  return list
}

function familyOf(ip: string): 'ipv4' | 'ipv6' {
  return isIP(ip) === 6 ? 'ipv6' : 'ipv4'
}
