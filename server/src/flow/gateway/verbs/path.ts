export interface Path {
  /** What stood between the angle brackets, without a source route. */
  readonly address: string
  /** Parameters behind it, names in upper case; empty text where no value was given. */
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Reads `FROM:<address> NAME=value ...` (RFC 5321, 4.1.2). Quoted local parts may hold blanks and brackets.
 * Source routes are dropped, as RFC 5321 appendix C asks. Null: not of this form, or a parameter given twice.
 */
export function parsePath(word: 'FROM' | 'TO', argument: string): Path | null {
  if (argument.slice(0, word.length + 1).toUpperCase() !== `${word}:`) return null
  const rest = argument.slice(word.length + 1).trimStart()
  if (rest[0] !== '<') return null
  const end = closingBracket(rest)
  if (end < 0) return null
  const parameters = new Map<string, string>()
  const tail = rest.slice(end + 1)
  if (tail !== '' && tail[0] !== ' ') return null
  for (const part of tail.split(' ')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).toUpperCase()
    if (!/^[A-Z0-9][A-Z0-9-]*$/.test(name) || parameters.has(name)) return null
    parameters.set(name, equals < 0 ? '' : part.slice(equals + 1))
  }
  return { address: withoutRoute(rest.slice(1, end)), parameters }
}

function closingBracket(text: string): number {
  let quoted = false
  for (let i = 1; i < text.length; i++) {
    const letter = text[i]
    if (letter === '\\' && quoted) i += 1
    else if (letter === '"') quoted = !quoted
    else if (letter === '>' && !quoted) return i
  }
  return -1
}

function withoutRoute(address: string): string {
  if (address[0] !== '@') return address
  const colon = address.indexOf(':')
  return colon < 0 ? address : address.slice(colon + 1)
}
