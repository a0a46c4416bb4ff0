/** Longest name in presentation form, without the root dot (RFC 1035, 2.3.4: 255 octets on the wire). */
const maxName = 253
const maxLabel = 63

/**
 * A name as we ask for it: lower case, no trailing dot; null where no such name can exist in DNS
 * (an empty or overlong label, an overlong name, bytes that are not ASCII).
 * Asking for such a name would only fetch an error that looks like trouble of the server.
 */
export function normalizeDomainName(name: string): string | null {
  const text = (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase()
  if (text.length === 0 || text.length > maxName) return null
  let labelStart = 0
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : dot
    if (code > 126 || code < 32) return null
    if (code !== dot) continue
    const length = i - labelStart
    if (length === 0 || length > maxLabel) return null
    labelStart = i + 1
  }
  return text
}

const dot = 46
