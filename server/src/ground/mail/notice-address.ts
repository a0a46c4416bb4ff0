/** What stands before the id of a message in addresses that bounces of our own notices come back to. */
const start = 'notice-'
const idPattern = /^[0-9a-z]{16}$/

/** Where bounces of a notice come back to; it is signed before it is used. @param id of the message */
export function noticeAddress(id: string, host: string): string {
  return `${start}${id}@${host}`
}

/** The message whose bounces such an address of this host takes; null: it is none. */
export function noticeIdOf(address: string, host: string): string | null {
  const at = address.lastIndexOf('@')
  if (at < 0 || address.slice(at + 1).toLowerCase() !== host.toLowerCase()) return null
  const local = address.slice(0, at).toLowerCase()
  const id = local.slice(start.length)
  return local.startsWith(start) && idPattern.test(id) ? id : null
}
