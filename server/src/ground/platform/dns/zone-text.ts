/** Octets of one string of a TXT record (RFC 1035, section 3.3.14). */
const longestString = 255

/** A text as a zone file has it in a TXT record: in quotes, and a long one in several strings, which readers join. */
export function zoneText(text: string): string {
  const strings = ['']
  let octets = 0
  // By whole characters: half of one would be no text of its own.
  for (const each of text) {
    const length = Buffer.byteLength(each)
    if (octets + length > longestString) {
      strings.push('')
      octets = 0
    }
    strings[strings.length - 1] += each
    octets += length
  }
  return strings.map((each) => `"${each.replace(/["\\]/g, '\\$&')}"`).join(' ')
}
