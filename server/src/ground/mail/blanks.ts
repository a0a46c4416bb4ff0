/** Space, tab, CR or LF: what may stand as folding white space in a header field (RFC 5322, 3.2.2). */
export function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10
}

/** Offset of the first character at or after `at` that is no blank. */
export function skipBlanks(text: string, at: number): number {
  while (at < text.length && isBlank(text.charCodeAt(at))) at++
  return at
}

/**
 * A text without blanks around it. Not `trim()`, which also takes the byte A0 out of raw UTF-8,
 * and not a pattern anchored at the end, which is quadratic on long runs of blanks.
 */
export function trimBlanks(text: string): string {
  const start = skipBlanks(text, 0)
  let end = text.length
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}
