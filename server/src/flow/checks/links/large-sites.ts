import { isIP } from 'node:net'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { brandsOfHost } from '../sender/brands.ts'
import { groupOfName } from './known-hosts.ts'

/** Whether a host is a large site, or an ending that many share: a list of bad hosts can only mean a page of it. */
export function isLargeSite(host: string): boolean {
  const group = groupOfName(host)
  if (group === 'sites' || group === 'files' || group === 'tunnels') return false
  if (group !== undefined && group !== 'shorteners') return true
  if (isIP(host) !== 0 || host.startsWith('[')) return false
  return registrableDomain(host) === null || brandsOfHost(host).length > 0
}
