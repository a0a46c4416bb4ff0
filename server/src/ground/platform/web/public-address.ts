import { NetworkList } from '../network-list.ts'

/** Networks that lead to no server of strangers (IANA special-purpose addresses), and what clouds keep for themselves. */
const special = new NetworkList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // A cloud answers its machines here, under an address that looks like any other.
  '168.63.129.16/32',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
])
/** Beyond it lie loopback, local, link-local, multicast, and addresses that carry one of IPv4 within. */
const globalUnicast = new NetworkList(['2000::/3'])

/** Whether an address is one that strangers' servers have. What is no address is none. */
export function isPublicAddress(ip: string): boolean {
  if (ip.includes('%')) return false
  if (ip.includes(':')) return globalUnicast.contains(ip) && !special.contains(ip)
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(ip) && everyAddress.contains(ip) && !special.contains(ip)
}

const everyAddress = new NetworkList(['0.0.0.0/0'])
