const backslash = '\\'.charCodeAt(0)
const suspect = /\\u(?:0000|d[89a-f])/i

/**
 * Whether JSON has a text that cannot be kept as it came: with a NUL, at which a database or a mail header would end it,
 * or with half of a surrogate pair, which no UTF-8 has. What came as UTF-8 has these as escapes alone, so that its
 * letters are looked at, and nothing of what they say: a megabyte of numbers costs nothing, however deep they lie.
 * @param json that has been parsed
 */
export function hasUnreadableText(json: string): boolean {
  if (!suspect.test(json)) return false
  for (let at = 0; at < json.length; at++) {
    if (json.charCodeAt(at) !== backslash) continue
    const kind = escapedAt(json, at)
    if (kind === 'nul' || kind === 'low') return true
    if (kind === 'high' && escapedAt(json, at + 6) !== 'low') return true
    at += kind === 'high' ? 11 : 1
  }
  return false
}

/** Where within a body the first such text is, as `/people/0/address`; null: in no value, but in a name. */
export function unreadableTextAt(body: unknown): string | null {
  if (typeof body === 'string') return body.includes('\0') || !body.isWellFormed() ? '' : null
  if (typeof body !== 'object' || body === null) return null
  for (const [name, each] of Object.entries(body)) {
    const found = unreadableTextAt(each)
    if (found !== null) return `/${name}${found}`
  }
  return null
}

/** What the escape (`\u0041`) at a place stands for, where it matters: NUL, or the first or second half of a pair. */
function escapedAt(json: string, at: number): 'nul' | 'high' | 'low' | null {
  if (!json.startsWith('\\u', at)) return null
  if (json.startsWith('0000', at + 2)) return 'nul'
  const first = json[at + 2]
  if (first !== 'd' && first !== 'D') return null
  const second = json.charAt(at + 3).toLowerCase()
  if (second < '8') return null
  return second < 'c' ? 'high' : 'low'
}
