/** Fields of an invitation that people read. */
const shown = /^(?:SUMMARY|DESCRIPTION|LOCATION|COMMENT)(?:;[^:\n]{0,500})?:(.*)$/gim

/** Title, description and place of invitations (RFC 5545), lines put together. */
export function readCalendarText(text: string): string {
  const found: string[] = []
  for (const [, value = ''] of text.replace(/\r?\n[ \t]/g, '').matchAll(shown)) {
    if (found.length >= 50) break
    found.push(value.replace(/\\([nN,;\\])/g, (_, letter: string) => (/n/i.test(letter) ? '\n' : letter)))
  }
  return found.join('\n')
}
