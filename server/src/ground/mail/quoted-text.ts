/** Offset of the quote that closes a quoted string (RFC 5322, 3.2.4), or -1; `at` is after the opening one. */
export function endOfQuoted(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 92) i++
    else if (code === 34) return i
  }
  return -1
}

/** Offset of the bracket that closes a comment (RFC 5322, 3.2.2), nested ones counted, or -1; `at` is after the opening one. */
export function endOfComment(text: string, at: number): number {
  let depth = 1
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 92) i++
    else if (code === 40) depth++
    else if (code === 41 && --depth === 0) return i
  }
  return -1
}
