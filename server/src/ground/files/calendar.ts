import { linksInText } from '#ground/mail/links-in-text.ts'
import { type FileLink, linkLimits } from './file-sign.ts'

const longest = 1 << 20

/** Whether a text is an invitation or an address card (RFC 5545, RFC 6350): mail programs show what it says. */
export function isCalendar(bytes: Buffer): boolean {
  return /^(?:\xef\xbb\xbf)?\s{0,20}BEGIN:V(?:CALENDAR|CARD)\b/i.test(bytes.toString('latin1', 0, 64))
}

/** Links in invitations and address cards: long lines are folded there, and some characters written otherwise. */
export function linksOfCalendar(bytes: Buffer): FileLink[] {
  const text = bytes
    .toString('utf8', 0, longest)
    .replace(/\r?\n[ \t]/g, '')
    .replace(/\\[nN]/g, '\n')
    .replace(/\\([,;\\])/g, '$1')
  return [...new Set(linksInText(text, linkLimits.links))].map((url) => ({
    url: url.slice(0, linkLimits.length),
    from: 'calendar',
  }))
}
