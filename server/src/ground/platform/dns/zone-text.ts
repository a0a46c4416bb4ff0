/** Characters of one string of a TXT record (RFC 1035, section 3.3.14). */
const longestString = 255

/** A text as a zone file has it in a TXT record: in quotes, and a long one in several strings, which readers join. */
export function zoneText(text: string): string {
  const strings = text.match(new RegExp(`[^]{1,${longestString}}`, 'g')) ?? ['']
  return strings.map((each) => `"${each.replace(/["\\]/g, '\\$&')}"`).join(' ')
}
