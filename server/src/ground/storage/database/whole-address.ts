/** What a local part may end with, so that what follows it is the rest of a longer one; also the one of `o'neil`. */
const before = /[\p{Script=Latin}\p{N}._%+-]\p{M}?$|[\p{Script=Latin}\p{N}]\p{M}?'$/u
/** What a domain goes on with; a dot at the end of a sentence is none of it. */
const behind = /^\.?[a-z0-9-]/

/** Whether an address that stands within a text is one of its own there, and no part of somebody else's. Both in lower case. */
export function isWhole(text: string, at: number, address: string): boolean {
  const end = at + address.length
  return !before.test(text.slice(Math.max(0, at - 3), at)) && !behind.test(text.slice(end, end + 2))
}

/** Whether a text names one of these addresses (in lower case), however it is written there. */
export function namesOneOf(text: string, addresses: readonly string[]): boolean {
  const lower = text.toLowerCase()
  return addresses.some((address) => {
    for (let at = lower.indexOf(address); at >= 0; at = lower.indexOf(address, at + 1))
      if (isWhole(lower, at, address)) return true
    return false
  })
}
