import type { Brands } from '#services/branding/brands.ts'

/** Mail does not wait longer than this for the name that it comes from: it goes out under the last known one. */
const waitMs = 1000

/** Name that mail of ours to people of a tenant comes from; empty: nobody on the way up has chosen one. Never throws. */
export async function fromNameOf(brands: Brands, tenant: string): Promise<string> {
  await brands.renew(waitMs)
  return brands.ofTenant(tenant).fromName
}

/** Address of the pages as people of a tenant reach them. @param url that of the platform; empty: there is none */
export async function pageUrlOf(brands: Brands, tenant: string, url: string): Promise<string> {
  if (url === '') return url
  await brands.renew(waitMs)
  const { host } = brands.ofTenant(tenant)
  if (host === null) return url
  const branded = new URL(url)
  branded.hostname = host
  return branded.href
}
