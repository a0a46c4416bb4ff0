import { decodeCharset, decodeUndeclared } from './charset.ts'

/** An encoded word of RFC 2047 as it stands in a text. */
interface EncodedWord {
  readonly charset: string
  readonly bytes: Buffer
  readonly end: number
}

const question = 63

/**
 * The text of an unstructured field (Subject), a display name or a file name, as people should read it:
 * unfolded, encoded words (RFC 2047) decoded wherever they stand, raw 8-bit text taken as UTF-8 or windows-1252,
 * control characters replaced so that the text stays one line. Linear; never throws.
 * @param raw value as latin1 code units
 * @param maxLength code units that are looked at; the rest is left out and shown as an ellipsis
 */
export function decodeHeaderText(raw: string, maxLength = 65_536): string {
  const text = raw.length > maxLength ? raw.slice(0, maxLength) : raw
  const decoded = text.includes('=?') ? decodeWords(text) : decodeUndeclared(text)
  return toOneLine(raw.length > maxLength ? `${decoded}\u2026` : decoded)
}

/**
 * Neighbours with the same charset are joined as bytes before they are decoded:
 * senders split characters over words, although RFC 2047, 5 forbids it.
 */
function decodeWords(text: string): string {
  let result = ''
  let done = 0
  let run: { charset: string; bytes: Buffer[] } | null = null
  const flush = () => {
    if (run)
      result += decodeCharset(run.bytes.length === 1 ? run.bytes[0]! : Buffer.concat(run.bytes), run.charset)
    run = null
  }
  for (let at = text.indexOf('=?'); at >= 0; ) {
    const word = readWord(text, at)
    if (!word) {
      at = text.indexOf('=?', at + 1)
      continue
    }
    const between = text.slice(done, at)
    if (!run || !isBlanks(between)) {
      flush()
      result += decodeUndeclared(between)
    }
    if (run && run.charset !== word.charset) flush()
    run ??= { charset: word.charset, bytes: [] }
    run.bytes.push(word.bytes)
    done = word.end
    at = text.indexOf('=?', done)
  }
  flush()
  return result + decodeUndeclared(text.slice(done))
}

/** Question marks within an encoded text that are put up with: Q should hide them, and some senders do not. */
const maxInnerMarks = 8

/** Reads the encoded word that starts at `at`. Looks over a few question marks only, which keeps floods linear. */
function readWord(text: string, at: number): EncodedWord | null {
  const charsetEnd = text.indexOf('?', at + 2)
  if (charsetEnd < at + 3 || charsetEnd - at > 80) return null
  const encoding = text.charCodeAt(charsetEnd + 1) | 32
  if (text.charCodeAt(charsetEnd + 2) !== question || (encoding !== 98 && encoding !== 113)) return null
  const start = charsetEnd + 3
  let end = text.indexOf('?', start)
  for (let i = 0; i < maxInnerMarks && end >= 0 && text[end + 1] !== '='; i++)
    end = text.indexOf('?', end + 1)
  if (end < 0 || text[end + 1] !== '=') return null
  const encoded = text.slice(start, end)
  if (encoded.includes('=?')) return null
  // RFC 2231, 5: a language may follow the charset after an asterisk.
  const charset = text
    .slice(at + 2, charsetEnd)
    .split('*', 1)[0]!
    .toLowerCase()
  return { charset, bytes: encoding === 98 ? Buffer.from(encoded, 'base64') : decodeQ(encoded), end: end + 2 }
}

/** The Q encoding (RFC 2047, 4.2); broken escapes stay as they are. */
function decodeQ(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const escaped =
      code === 61
        ? Number.parseInt(/^[0-9a-f]{2}/i.exec(text.slice(i + 1, i + 3))?.[0] ?? '', 16)
        : Number.NaN
    if (Number.isNaN(escaped)) bytes[length++] = code === 95 ? 32 : code
    else {
      bytes[length++] = escaped
      i += 2
    }
  }
  return bytes.subarray(0, length)
}

function isBlanks(text: string): boolean {
  return text.length > 0 ? /^[ \t\r\n]+$/.test(text) : true
}

/** Line ends and tabs become blanks, other control characters U+FFFD: a header text must not forge a second line. */
function toOneLine(text: string): string {
  if (!/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(text)) return text
  return text
    .replace(/\r?\n(?=[ \t])/g, '')
    .replace(/[\t\r\n\u2028\u2029]+/g, ' ')
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd')
}
