/**
 * Whether a text can stand as the client's name in HELO, EHLO or LHLO: a host name or an address literal.
 * Lenient beyond the grammar (underscores, single labels), strict about length and what could break a trace field.
 */
export function isHostName(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= 255 &&
    /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}._-]*)|\[[0-9A-Za-z.:]+\])$/u.test(text)
  )
}
