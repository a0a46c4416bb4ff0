import { siteOf } from './link.ts'

/** The site of the last address in a field, empty where there is none. */
export function domainOfAddress(value: string): string {
  const at = value.lastIndexOf('@')
  if (at < 0) return ''
  return siteOf((/^[a-z0-9.-]{1,255}/i.exec(value.slice(at + 1, at + 257))?.[0] ?? '').toLowerCase())
}
