import { unpack } from './inflate.ts'

/** Streams that are unpacked for their text, and bytes of each and of what all of them grow to. */
const limits = { streams: 60, packed: 256 << 10, stream: 256 << 10, unpacked: 1 << 20 } as const

const streamMark = Buffer.from('stream')
const endMark = Buffer.from('endstream')

/**
 * Text that pages of a PDF show, in the order of their streams and `most` letters of it at most. Without building the
 * pages: letters of fonts with an order of their own are read by the tables that come with them, all tables together,
 * which is right for most documents and enough to know one by its words.
 */
export async function readPdfText(bytes: Buffer, most: number): Promise<string> {
  const streams = await readStreams(bytes)
  const letters = new Map<number, string>()
  for (const each of streams) if (each.includes('beginbf')) readTable(each, letters)
  let text = ''
  for (const each of streams) {
    if (text.length >= most) break
    if (/\bT[jJ]\b/.test(each)) text += `${shownText(each, letters, most - text.length)}\n`
  }
  return text.slice(0, most)
}

/** Streams of pages and tables: neither pictures nor fonts, plain or deflated. */
async function readStreams(bytes: Buffer): Promise<string[]> {
  const found: string[] = []
  let room = limits.unpacked as number
  let at = 0
  let tries = 0
  while (found.length < limits.streams && room > 0 && tries++ < 2000) {
    const mark = bytes.indexOf(streamMark, at)
    if (mark < 0) break
    const end = bytes.indexOf(endMark, mark)
    if (end < 0) break
    at = end + endMark.length
    const head = bytes.toString('latin1', Math.max(0, mark - 400), mark)
    const dictionary = head.slice(Math.max(0, head.lastIndexOf(' obj')))
    const packed = bytes.subarray(
      mark + streamMark.length + (bytes[mark + streamMark.length] === 13 ? 2 : 1),
      end,
    )
    if (/\/(?:Image|FontFile|Length1|ObjStm|XRef|Metadata|DCTDecode)\b/.test(dictionary)) continue
    if (packed.length > limits.packed) continue
    const plain = /\/(?:FlateDecode|Fl)\b/.test(dictionary)
      ? (await unpack(packed, 'zlib', Math.min(limits.stream, room))).bytes
      : packed
    room -= plain.length
    found.push(plain.toString('latin1'))
  }
  return found
}

const letterPattern = /<([0-9a-f]{2,4})>\s{0,5}<([0-9a-f]{2,16})>/gi
const rangePattern = /<([0-9a-f]{2,4})>\s{0,5}<([0-9a-f]{2,4})>\s{0,5}<([0-9a-f]{4,16})>/gi

/** `<0003> <0041>` and `<0003> <0010> <0041>` of a table of letters (ISO 32000, 9.10.3). */
function readTable(text: string, letters: Map<number, string>): void {
  for (let at = text.indexOf('beginbf'); at >= 0; at = text.indexOf('beginbf', at)) {
    const block = text.slice(at, text.indexOf('endbf', at) >>> 0)
    at += block.length
    const isRange = block.startsWith('beginbfrange')
    for (const [, from = '', second = '', third] of block.matchAll(isRange ? rangePattern : letterPattern)) {
      const start = Number.parseInt(from, 16)
      const end = isRange ? Number.parseInt(second, 16) : start
      const first = Number.parseInt((third ?? second).slice(0, 4), 16)
      for (let code = start; code <= Math.min(end, start + 255) && letters.size < 5000; code++)
        if (!letters.has(code)) letters.set(code, String.fromCharCode(first + code - start))
    }
  }
}

/** Strings that are shown, and blanks where the place moves on. */
function shownText(stream: string, letters: ReadonlyMap<number, string>, most: number): string {
  let text = ''
  for (let at = 0; at < stream.length && text.length < most; ) {
    const letter = stream[at]
    if (letter === '(') {
      const end = endOfLiteral(stream, at)
      text += readLiteral(stream.slice(at + 1, end - 1), letters)
      at = end
    } else if (letter === '<') {
      const [found = '', hex] = stickyMatch(hexString, stream, at) ?? []
      if (hex !== undefined) text += readCodes(hex.replace(/\s/g, ''), letters)
      at += Math.max(1, found.length)
    } else {
      const [found = '', operator, shift] = stickyMatch(word, stream, at) ?? []
      if (operator !== undefined || Number(shift) < -180) text += ' '
      at += Math.max(1, found.length)
    }
  }
  return text
}

const hexString = /<([0-9a-fA-F\s]{2,4000})>|<[0-9a-fA-F\s]{0,4000}/y
/** Operators that go on to another place, and a shift within a line of strings; words and numbers are passed over whole. */
const word = /(T[dDm*]|ET)(?!\w)|(-?\d{3,5})(?=[^\d\]]{0,3}[(<])|\w{1,100}/y

function stickyMatch(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

const longestLiteral = 4000

/** Behind the bracket that closes a string; brackets within it come in pairs or behind a backslash (ISO 32000, 7.3.4.2). */
function endOfLiteral(stream: string, start: number): number {
  let depth = 0
  const most = Math.min(stream.length, start + longestLiteral)
  for (let at = start; at < most; at++) {
    const letter = stream[at]
    if (letter === '\\') at++
    else if (letter === '(') depth++
    else if (letter === ')' && --depth === 0) return at + 1
  }
  return most
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '', f: '' }

function readLiteral(raw: string, letters: ReadonlyMap<number, string>): string {
  const text = raw.replace(/\\([0-7]{1,3}|[\s\S])/g, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : (escapes[code] ?? code),
  )
  // Codes of two bytes begin with a small one; letters do not.
  const isWide = text.length % 2 === 0 && letters.size > 0 && text.charCodeAt(0) < 7
  return isWide ? readCodes(Buffer.from(text, 'latin1').toString('hex'), letters) : text
}

/** Codes of two bytes where the tables know them, otherwise of one. */
function readCodes(hex: string, letters: ReadonlyMap<number, string>): string {
  let wide = ''
  for (let at = 0; at + 4 <= hex.length; at += 4)
    wide += letters.get(Number.parseInt(hex.slice(at, at + 4), 16)) ?? ''
  if (wide.length * 8 > hex.length) return wide
  let narrow = ''
  for (let at = 0; at + 2 <= hex.length; at += 2) {
    const code = Number.parseInt(hex.slice(at, at + 2), 16)
    narrow += letters.get(code) ?? (code >= 32 ? String.fromCharCode(code) : '')
  }
  return narrow
}
