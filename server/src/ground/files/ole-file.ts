import { type FileLink, type FileSign, type Insight, linkLimits } from './file-sign.ts'
import { unpack } from './inflate.ts'
import { type OleFile, type OleStream, readOle } from './ole.ts'
import { findProgram } from './program.ts'
import { addressesIn } from './strings.ts'
import { readModules, runsByItself } from './vba.ts'

/** Bounds of one compound file, in bytes: of one stream, and of all that are read. */
const limits = { stream: 4 << 20, all: 16 << 20, files: 100 } as const

/** Root classes of installer packages: those, patches, transforms. */
const installers = /^8[4-6]100c0000000000c000000000000046$/

/** Text and HTML of a message of Outlook. */
const bodies = /^__substg1\.0_(?:1000|1013)/

/** Looks into a compound file: older Office files, messages of Outlook, macros, installers. */
export async function lookIntoOle(bytes: Buffer): Promise<Insight & { readonly kind: string }> {
  const ole = readOle(bytes)
  if (!ole) return { kind: 'ole', signs: ['damaged'], links: [], files: [] }
  const look = new OleLook(ole)
  for (const stream of ole.streams) await look.at(stream)
  return { kind: kindOf(ole), signs: [...look.signs], links: look.links(), files: look.files }
}

function kindOf(ole: OleFile): string {
  if (installers.test(ole.rootClass)) return 'msi'
  const names = new Set(ole.streams.map((each) => (each.path === '' ? each.name : '')))
  if (names.has('__properties_version1.0')) return 'msg'
  if (names.has('WordDocument')) return 'doc'
  if (names.has('Workbook') || names.has('Book')) return 'xls'
  return names.has('PowerPoint Document') ? 'ppt' : 'ole'
}

class OleLook {
  readonly #ole: OleFile
  #room: number = limits.all
  readonly signs = new Set<FileSign>()
  readonly #urls = new Set<string>()
  readonly files: { name: string; bytes: Buffer }[] = []

  constructor(ole: OleFile) {
    this.#ole = ole
  }

  async at(stream: OleStream): Promise<void> {
    const { name, path } = stream
    if (name === 'EncryptedPackage') this.signs.add('encrypted')
    else if (name === 'Equation Native') this.signs.add('equation')
    else if (name === '\u0001Ole10Native') this.#readPackage(this.#read(stream))
    else if (name === 'WordDocument') this.#readWord(this.#readText(stream))
    else if (name === 'Workbook' || name === 'Book') this.#readSheets(this.#readText(stream))
    else if (name === 'PowerPoint Document') await this.#readSlides(this.#readText(stream))
    else if (bodies.test(name)) this.#readText(stream)
    else if (name === 'CONTENTS' || name === 'Package') this.#add('', this.#read(stream))
    else if (name === '__substg1.0_37010102') this.#readAttachment(stream)
    else if (/(?:^|\/)VBA\/$/i.test(path)) this.#readMacros(this.#read(stream))
  }

  #read(stream: OleStream, most: number = limits.stream): Buffer {
    const bytes = this.#ole.read(stream, Math.min(most, this.#room))
    this.#room -= bytes.length
    return bytes
  }

  /** A stream whose text may hold links; in which form depends on the program, so they are searched for as they stand. */
  #readText(stream: OleStream): Buffer {
    const bytes = this.#read(stream)
    for (const url of addressesIn(bytes, linkLimits.links)) this.#urls.add(url)
    return bytes
  }

  links(): FileLink[] {
    return [...this.#urls].slice(0, linkLimits.links).map((url) => ({ url, from: 'office' }))
  }

  #add(name: string, bytes: Buffer): void {
    if (this.files.length >= limits.files || bytes.length === 0) return
    this.signs.add('embedded-file')
    this.files.push({ name, bytes })
  }

  #readMacros(stream: Buffer): void {
    this.signs.add('macros')
    for (const source of readModules(stream)) if (runsByItself(source)) this.signs.add('auto-macros')
  }

  /** A file that was dragged into a document: names, then its bytes (MS-OLEDS, 2.3.6). */
  #readPackage(bytes: Buffer): void {
    const end = bytes.indexOf(0, 6)
    const name = end > 6 && end < 300 ? bytes.toString('latin1', 6, end) : ''
    this.#add(name, findProgram(bytes) ?? bytes.subarray(packageStart(bytes)))
  }

  /** A Word file says in its first block whether it is encrypted. */
  #readWord(head: Buffer): void {
    if (head.length >= 12 && (head.readUInt16LE(10) & 0x0100) !== 0) this.signs.add('encrypted')
  }

  /** Records of a workbook: FILEPASS, and sheets that are macros of Excel 4. */
  #readSheets(bytes: Buffer): void {
    for (let at = 0; at + 4 <= bytes.length; at += 4 + bytes.readUInt16LE(at + 2)) {
      const record = bytes.readUInt16LE(at)
      if (record === 0x2f) this.signs.add('encrypted')
      else if (record === 0x85 && bytes[at + 9] === 1) this.signs.add('sheet-macros')
      // The list of sheets stands in the first substream.
      if (record === 0x0a || record === 0x2f) return
    }
  }

  /** Objects in a presentation: packed compound files. */
  async #readSlides(bytes: Buffer): Promise<void> {
    for (let at = 0; at + 12 <= bytes.length; ) {
      const type = bytes.readUInt16LE(at + 2)
      const length = bytes.readUInt32LE(at + 4)
      if (type === 0x1011 && bytes.readUInt16LE(at) === 0x10) {
        const inner = await unpack(
          bytes.subarray(at + 12, at + 8 + length),
          'zlib',
          Math.min(this.#room, limits.stream),
        )
        this.#room -= inner.bytes.length
        this.#add('', inner.bytes)
      }
      at += 8 + ((bytes[at]! & 0x0f) === 0x0f ? 0 : length)
    }
  }

  /** An attachment of a message of Outlook: its name stands in the stream beside it. */
  #readAttachment(stream: OleStream): void {
    const beside = this.#ole.streams.find(
      (each) => each.path === stream.path && /^__substg1\.0_370[47]00(?:1F|1E)$/i.test(each.name),
    )
    const name = beside
      ? this.#read(beside, 1000).toString(beside.name.endsWith('F') ? 'utf16le' : 'latin1')
      : ''
    this.#add(name, this.#read(stream))
  }
}

/** Where the bytes of a package begin: behind three names and a few numbers. */
function packageStart(bytes: Buffer): number {
  let at = 6
  for (let names = 0; names < 2; names++) {
    const end = bytes.indexOf(0, at)
    if (end < 0) return bytes.length
    at = end + 1
  }
  if (at + 8 > bytes.length) return bytes.length
  return Math.min(bytes.length, at + 8 + bytes.readUInt32LE(at + 4) + 4)
}
