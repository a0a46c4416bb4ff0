/** What stands before the token in addresses that replies to test mails come back to. */
const start = 'radar-'
const tokenPattern = /^[0-9a-z]{24}$/

/** Where the reply to a test mail comes back to. */
export function radarAddress(token: string, host: string): string {
  return `${start}${token}@${host}`
}

/** The token of such an address of this host; null: it is none. */
export function radarTokenOf(address: string, host: string): string | null {
  const at = address.lastIndexOf('@')
  if (at < 0 || address.slice(at + 1).toLowerCase() !== host.toLowerCase()) return null
  const local = address.slice(0, at).toLowerCase()
  const token = local.slice(start.length)
  return local.startsWith(start) && tokenPattern.test(token) ? token : null
}
