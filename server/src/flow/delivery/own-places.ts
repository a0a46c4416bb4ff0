import { networkInterfaces } from 'node:os'
import type { OwnPlaces } from './route.ts'

/**
 * Names and addresses of this site, which mail must not be sent to.
 * @param host the site's host name; customers' MX names are below `in.` of it (GW-01)
 * @param ports where SMTP is listened for
 */
export function createOwnPlaces(host: string, ports: () => readonly number[]): OwnPlaces {
  const name = host.toLowerCase()
  let addresses = new Set<string>()
  let readAt = 0
  return {
    isOurName: (each) => {
      const lower = each.toLowerCase().replace(/\.$/, '')
      return lower === name || lower.endsWith(`.in.${name}`)
    },
    isOurAddress: (ip, port) => {
      if (!ports().includes(port)) return false
      if (Date.now() - readAt > 30_000) {
        readAt = Date.now()
        addresses = new Set(
          Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((each) => each.address)),
        )
      }
      return addresses.has(ip) || ip.startsWith('127.') || ip === '::1'
    },
  }
}
