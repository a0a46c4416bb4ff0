import { type FileLink, type FileSign, type Insight, linkLimits } from './file-sign.ts'
import { isGrave, nameFiles } from './found-names.ts'
import { unpack } from './inflate.ts'
import { asksForPassword } from './pdf-password.ts'
import { pictureOf } from './pdf-picture.ts'

/** Bounds of all PDF files of one message. */
export interface PdfRoom {
  /** Text of objects that is looked at, in bytes, beside streams. */
  objects: number
  /** Object streams that are unpacked, and what all of them may grow to. */
  streams: number
  unpacked: number
  /** Pictures that are searched for codes, and pixels of all of them. */
  pictures: number
  pixels: number
}

export const pdfRoom: Readonly<PdfRoom> = {
  objects: 8 << 20,
  streams: 4000,
  unpacked: 24 << 20,
  pictures: 20,
  pixels: 8_000_000,
}
/** Files within one PDF, and bytes of each. */
const limits = { files: 100, file: 4 << 20 } as const

const streamMark = Buffer.from('stream')
const endMark = Buffer.from('endstream')

interface Collected {
  readonly texts: string[]
  readonly files: { name: string; bytes: Buffer }[]
  readonly pictures: { name: string; bytes: Buffer }[]
  readonly room: PdfRoom
  damaged: boolean
  cut: boolean
}

/**
 * Looks into a PDF without building its pages: links and actions in its objects, also in packed object streams,
 * files within it, and whether it is encrypted. Nothing that is found depends on the table of objects being right.
 */
export async function lookIntoPdf(bytes: Buffer, room: PdfRoom): Promise<Insight> {
  const found: Collected = { texts: [], files: [], pictures: [], room, damaged: false, cut: false }
  for (let at = 0; at < bytes.length && !found.cut; ) {
    const mark = bytes.indexOf(streamMark, at)
    const objects = takeText(bytes, at, mark < 0 ? bytes.length : mark, found)
    if (mark < 0) break
    const start = afterLineEnd(bytes, mark + streamMark.length)
    const end = bytes.indexOf(endMark, start)
    await takeStream(objects, bytes.subarray(start, end < 0 ? bytes.length : end), found)
    at = end < 0 ? bytes.length : end + endMark.length
  }
  const text = found.texts.join('\n')
  const signs = findSigns(text, bytes, found)
  const files = nameFiles(found.files, findNames(text))
  return { signs, links: findLinks(text), files: [...files, ...found.pictures] }
}

/** Keeps the text of objects between streams and returns it; of very much only the beginning. */
function takeText(bytes: Buffer, start: number, end: number, found: Collected): string {
  const length = Math.min(end - start, found.room.objects)
  if (length < end - start) found.cut = true
  // Each piece costs something, however short it is.
  found.room.objects -= Math.min(found.room.objects, length + 20)
  const text = readNames(bytes.toString('latin1', start, start + length))
  found.texts.push(text)
  return text
}

/** `#4a` in a name stands for J: a way to hide names from whoever searches for them. */
function readNames(text: string): string {
  if (!text.includes('#')) return text
  return text.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function afterLineEnd(bytes: Buffer, at: number): number {
  if (bytes[at] === 13) at++
  return bytes[at] === 10 ? at + 1 : at
}

async function takeStream(objects: string, packed: Buffer, found: Collected): Promise<void> {
  const dictionary = objects.slice(Math.max(0, objects.lastIndexOf(' obj')))
  const isObjects = /\/ObjStm\b/.test(dictionary)
  const isFile = /\/EmbeddedFile\b/.test(dictionary)
  if (/\/Image\b/.test(dictionary)) await takePicture(dictionary, packed, found)
  if (!isObjects && !isFile) return
  if (found.room.streams-- <= 0) {
    found.cut = true
    return
  }
  const plain = /\/(?:FlateDecode|Fl)\b/.test(dictionary)
    ? await unpack(packed, 'zlib', isObjects ? found.room.unpacked : limits.file)
    : { bytes: packed, damaged: false, more: false }
  if (plain.damaged) found.damaged = true
  if (plain.more) found.cut = true
  if (isObjects) {
    found.room.unpacked -= plain.bytes.length
    found.texts.push(readNames(plain.bytes.toString('latin1')))
  } else if (found.files.length < limits.files) found.files.push({ name: '', bytes: plain.bytes })
}

async function takePicture(dictionary: string, packed: Buffer, found: Collected): Promise<void> {
  if (found.room.pictures <= 0) return
  const bytes = await pictureOf(dictionary, packed, found.room)
  if (!bytes) return
  found.room.pictures--
  found.pictures.push({ name: '', bytes })
}

function findSigns(text: string, bytes: Buffer, found: Collected): FileSign[] {
  const signs: FileSign[] = []
  if (/\/(?:JavaScript|JS)\b/.test(text)) signs.push('pdf-script')
  if (/\/Launch\b|\bexportDataObject\b/.test(text)) signs.push('pdf-launch')
  if (found.files.length > 0) signs.push('embedded-file')
  if (found.cut) signs.push('large')
  if (/\/Encrypt\b/.test(text)) signs.push(asksForPassword(bytes) === true ? 'encrypted' : 'restricted')
  // What is encrypted looks damaged until it is decrypted.
  else if (found.damaged) signs.push('damaged')
  return signs
}

/** Names of files within that are names of something that runs; which file has which is not told here. */
function findNames(text: string): string[] {
  const names: string[] = []
  for (const match of text.matchAll(/\/UF?[ \r\n\t]{0,20}(?=[(<])|\/F[ \r\n\t]{0,20}(?=[(<])/g)) {
    if (names.length >= limits.files) break
    const at = match.index + match[0].length
    const { value } = text[at] === '(' ? readLiteral(text, at + 1) : readHex(text, at + 1)
    if (isGrave(value)) names.push(value.slice(-200))
  }
  return names
}

/** Values of /URI, and of /F in actions that go to or submit to an address. */
function findLinks(text: string): FileLink[] {
  const links = new Set<string>()
  const pattern = /\/(?:URI|F|Base)[ \r\n\t]{0,20}[(<]/g
  for (let match = pattern.exec(text); match && links.size < linkLimits.links; match = pattern.exec(text)) {
    const at = match.index + match[0].length
    const { value, end } = match[0].endsWith('(') ? readLiteral(text, at) : readHex(text, at)
    const isAddress = /^[a-z][a-z0-9+.-]{1,12}:|^www\./i.test(value)
    if (isAddress || (match[0].startsWith('/URI') && value.includes('.'))) links.add(value)
    // What stands in a string is no object; reading it again from each place within would never end.
    pattern.lastIndex = end
  }
  return [...links].map((url) => ({ url, from: 'pdf' }))
}

/** A string, and where it ends. */
interface Read {
  readonly value: string
  readonly end: number
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** A string in parentheses: balanced ones within it belong to it, a backslash escapes. */
function readLiteral(text: string, at: number): Read {
  let value = ''
  let depth = 1
  const end = Math.min(text.length, at + linkLimits.length)
  while (at < end) {
    const letter = text[at++]!
    if (letter === ')' && --depth === 0) break
    if (letter === '(') depth++
    if (letter !== '\\') {
      value += letter
      continue
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3))?.[0]
    value += octal ? String.fromCharCode(Number.parseInt(octal, 8) & 0xff) : escapeOf(text[at] ?? '')
    at += octal?.length ?? 1
  }
  return { value: readText(value), end: at }
}

function escapeOf(letter: string): string {
  return letter === '\n' || letter === '\r' ? '' : (escapes[letter] ?? letter)
}

function readHex(text: string, at: number): Read {
  const piece = text.slice(at, at + linkLimits.length * 2)
  const length = piece.indexOf('>')
  if (length < 0) return { value: '', end: at + piece.length }
  const bytes = Buffer.from(piece.slice(0, length).replace(/\s/g, ''), 'hex')
  return { value: readText(bytes.toString('latin1')), end: at + length }
}

/** A string in UTF-16 begins with its mark. */
function readText(raw: string): string {
  if (!raw.startsWith('\xfe\xff')) return raw
  return Buffer.from(raw.slice(2), 'latin1')
    .subarray(0, (raw.length - 2) & ~1)
    .swap16()
    .toString('utf16le')
}
