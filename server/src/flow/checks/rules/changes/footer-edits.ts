import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { ByteEdit } from '#ground/mail/byte-edits.ts'
import { encodeCharset, holdsText } from '#ground/mail/encode-charset.ts'
import type { MimePart } from '#ground/mail/mime.ts'
import { findBodyPlaces } from './body-places.ts'
import { type DecodedTail, decodeTail } from './insert-text.ts'
import { type Label, labelPart } from './label-part.ts'
import { type PartTail, readTails } from './part-tails.ts'

/** A text that stands under the text of a message. */
export interface Footer {
  readonly text: string
  /** The same for pages; null: made of the text. */
  readonly html: string | null
  /** Not where the message has it already, in what it quotes. */
  readonly once: boolean
}

/** Changes that put footers into a message; where none could be put, why. */
export interface FooterEdits {
  readonly edits: readonly ByteEdit[]
  readonly why: string | null
}

/** @param gone parts that will not be there any more */
export async function footerEdits(
  message: InspectedMessage,
  footers: readonly Footer[],
  gone: ReadonlySet<MimePart>,
): Promise<FooterEdits> {
  const places = findBodyPlaces(message.mime, gone)
  if ('why' in places) return { edits: [], why: places.why }
  const due = await stillDue(message, footers)
  if (due.length === 0) return { edits: [], why: null }
  const tails = await readTails(places.parts, message.read)
  const changes = tails.map((each) => underPart(each, due))
  // A reader sees one form of an alternative: that one has the footer, or none has.
  if (changes.includes(null)) return { edits: [], why: 'unknown-encoding' }
  return { edits: changes.flatMap((each) => each ?? []), why: null }
}

async function stillDue(message: InspectedMessage, footers: readonly Footer[]): Promise<readonly Footer[]> {
  const different = [...new Map(footers.map((each) => [each.text, each])).values()]
  if (!different.some((each) => each.once)) return different
  const said = (await message.content()).texts.map((each) => lettersOf(each.text))
  return different.filter(({ once, text }) => {
    const letters = lettersOf(text)
    return !once || letters === '' || !said.some((each) => each.includes(letters))
  })
}

/** Programs that quote wrap lines anew and put signs before them: letters and digits are what stays. */
function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()
}

function underPart(tail: PartTail, footers: readonly Footer[]): ByteEdit[] | null {
  const decoded = decodeTail(tail)
  if (decoded === null) return null
  return tail.part.type === 'text/html'
    ? underPage(tail, decoded, footers)
    : underText(tail, decoded, footers)
}

/** Names of charsets that nobody knows hold ASCII, but for these. */
const notAscii = /utf|ucs|unicode|10646|ebcdic|037|hz-/i

function charsetOf({ parameters }: MimePart): string {
  return parameters.charset ?? 'us-ascii'
}

function inCharset(text: string, charset: string): Buffer | null {
  return encodeCharset(text, charset) ?? (notAscii.test(charset) ? null : knownAscii(text, charset))
}

/** A charset that is known and does not hold ASCII stays unwritten. */
function knownAscii(text: string, charset: string): Buffer | null {
  try {
    const decoder = new TextDecoder(charset)
    return decoder.decode(Buffer.from('<a>')) === '<a>' ? encodeCharset(text, 'us-ascii') : null
  } catch {
    return encodeCharset(text, 'us-ascii')
  }
}

function underPage({ part }: PartTail, decoded: DecodedTail, footers: readonly Footer[]): ByteEdit[] | null {
  const html = footers.map((each) => each.html ?? pageOf(each.text)).join('\r\n')
  const bytes = inCharset(foldLines(asReferences(html), ' '), charsetOf(part))
  if (bytes === null) return null
  const page = decoded.bytes.toString('latin1').toLowerCase()
  const at = [page.lastIndexOf('</body'), page.lastIndexOf('</html')].find((each) => each >= 0) ?? -1
  if (at >= 0) return [decoded.insert(at, Buffer.concat([bytes, lineEnd]))]
  return [decoded.insert(decoded.bytes.length, withLineEnds(decoded.bytes, bytes))]
}

const lineEnd = Buffer.from('\r\n')

function underText(
  { part, header }: PartTail,
  decoded: DecodedTail,
  footers: readonly Footer[],
): ByteEdit[] | null {
  const text = footers.map((each) => `\r\n${each.text.replace(/\r?\n/g, '\r\n')}`).join('\r\n')
  const charset = charsetOf(part)
  // ASCII is UTF-8 too, so such a part may say that it is.
  const widens = !holdsText(text, charset) && /^(?:us-)?ascii$/i.test(charset) && isAscii(decoded.bytes)
  const bytes = inCharset(foldLines(text, ' '), widens ? 'utf-8' : charset)
  if (bytes === null) return null
  const label: Label = {
    charset: widens ? 'utf-8' : null,
    encoding: part.encoding === '7bit' && !isAscii(bytes) ? '8bit' : null,
  }
  const edit = decoded.insert(decoded.bytes.length, withLineEnds(decoded.bytes, bytes))
  return label.charset === null && label.encoding === null
    ? [edit]
    : [...labelPart(part, header, label), edit]
}

/** Behind a text that ends with a line end comes one that does too. */
function withLineEnds(before: Buffer, bytes: Buffer): Buffer {
  return before.at(-1) === 10 || before.length === 0
    ? Buffer.concat([bytes, lineEnd])
    : Buffer.concat([lineEnd, bytes])
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((each) => each < 128)
}

function pageOf(text: string): string {
  const escaped = text.replace(/[&<>]/g, (each) => ({ '&': '&amp;', '<': '&lt;' })[each] ?? '&gt;')
  return `<div style="margin-top:1em">${escaped.split(/\r?\n/).join('<br>\r\n')}</div>`
}

/** Every character beyond ASCII by its number, which says the same in every charset. */
function asReferences(html: string): string {
  return html.toWellFormed().replace(/[^\x00-\x7f]/gu, (each) => `&#${each.codePointAt(0)};`)
}

/** Longest line in characters; one may have 998 bytes (RFC 5322, 2.1.1). */
const longestLine = 240

/** Lines that are too long end at a blank. */
function foldLines(text: string, blank: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => (line.length <= longestLine ? line : foldLine(line, blank)))
    .join('\r\n')
}

function foldLine(line: string, blank: string): string {
  const lines = ['']
  for (const word of line.split(blank)) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + word.length >= longestLine) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last}${blank}${word}`
  }
  return lines.join('\r\n')
}
