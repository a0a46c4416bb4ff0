import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ArchiveList, listArchive } from './archive-list.ts'
import { takeArchiveTurn } from './archive-turn.ts'
import { unpackBzip2 } from './bzip2.ts'
import { isCalendar, linksOfCalendar } from './calendar.ts'
import { holdsEicar } from './eicar.ts'
import { type FileLink, type FileSign, type Insight, linkLimits } from './file-sign.ts'
import { type FileType, sniffType } from './file-type.ts'
import { startsProgram } from './formula.ts'
import { nameFiles, wideNames } from './found-names.ts'
import { lookIntoHtml, pageLimit } from './html-file.ts'
import { giveBack, type Unpacked, unpack } from './inflate.ts'
import type { PackedEntry } from './libarchive.ts'
import { lookLimits } from './look-limits.ts'
import { unpackLz4 } from './lz4.ts'
import { lookIntoOle } from './ole-file.ts'
import { lookIntoOffice, officeKind, officeName, officeRoom } from './ooxml.ts'
import { type PackedEnd, type PackedFile, packedRoom, unpackArchive } from './packed-archive.ts'
import { lookIntoPdf, pdfRoom } from './pdf.ts'
import { findHidden } from './polyglot.ts'
import { pixelsToDecode, qrLimits, readQrCodes } from './qr-codes.ts'
import { lookIntoRtf } from './rtf.ts'
import { readOneNote, readShortcut, readTnef } from './small-containers.ts'
import { readCpio, readTar } from './tar.ts'
import { readUuencoded } from './uuencode.ts'
import {
  credibleSize,
  growsBeyondBelief,
  isPlain,
  isSeenOrPlain,
  isWorthUnpacking,
} from './worth-unpacking.ts'
import { unpackXz } from './xz.ts'
import { readCutZip, readZip, type ZipEntry } from './zip.ts'
import { headOf, inflateEntry, isReadable } from './zip-entry.ts'

/** A file to look into. */
export interface GivenFile {
  readonly name: string
  readonly bytes: Buffer
  /** Decoded size, also of what is not in `bytes`. */
  readonly size: number
  readonly cut: boolean
  /** The end of a file that is cut; absent or empty: it was not kept. */
  readonly tail?: Buffer
}

/** What one file is and holds. Files within others have reports of their own. */
export interface FileReport {
  /** Which of the given files it is, or lies in. */
  readonly root: number
  readonly name: string
  /** Names of what it lies in, outermost first. Files side by side in an archive have the same array. */
  readonly path: readonly string[]
  readonly type: FileType
  readonly size: number
  readonly signs: ReadonlySet<FileSign>
  readonly links: readonly FileLink[]
}

/** Reads a message that lies in a file: its texts, the links in them, and its files. */
export type OpenMessage = (
  bytes: Buffer,
) => Promise<{ texts: readonly string[]; links: readonly string[]; files: readonly GivenFile[] }>

interface Place {
  readonly root: number
  readonly path: readonly string[]
}

/** A report while it is made. */
type Draft = FileReport & {
  type: FileType
  signs: Set<FileSign>
  links: FileLink[]
  within?: readonly string[]
}

/**
 * Looks into files, and into files within them, without holding more than `lookLimits.held` at a time. Never fails:
 * what cannot be read, or is beyond a bound, has a sign that says so.
 */
export async function lookInto(files: readonly GivenFile[], openMessage: OpenMessage): Promise<FileReport[]> {
  const look = new Look(openMessage)
  for (const [root, file] of files.entries()) await look.visit(file, { root, path: [] })
  return look.reports
}

class Look {
  readonly reports: Draft[] = []
  readonly #openMessage: OpenMessage
  readonly #room = {
    files: lookLimits.files as number,
    unpacked: lookLimits.unpacked as number,
    work: lookLimits.work as number,
    held: lookLimits.held as number,
    pixels: lookLimits.pixels as number,
    pictures: lookLimits.pictures as number,
    links: lookLimits.links as number,
    html: lookLimits.html as number,
    lists: lookLimits.lists as number,
    office: officeRoom as number,
    pdf: { ...pdfRoom },
    packed: { ...packedRoom },
  }
  /** Archives that are open within each other. */
  #open = 0
  #rested = performance.now()

  constructor(openMessage: OpenMessage) {
    this.#openMessage = openMessage
  }

  async visit(file: GivenFile, place: Place): Promise<void> {
    await this.#rest()
    const report = this.#report(file.name, file.size, sniffType(file.bytes), place)
    if (holdsEicar(file.bytes.subarray(0, 1 << 16))) report.signs.add('eicar')
    try {
      await this.#look(file, report)
    } catch {
      // A fault of a reader must not hide what the others found.
      report.signs.add('damaged')
    }
  }

  #report(name: string, size: number, type: FileType, { root, path }: Place): Draft {
    const report: Draft = { root, name: shorten(name), path, type, size, signs: new Set(), links: [] }
    this.reports.push(report)
    return report
  }

  /** Other messages get their turn. */
  async #rest(): Promise<void> {
    if (performance.now() - this.#rested < 8) return
    await nextTurn()
    this.#rested = performance.now()
  }

  async #look(file: GivenFile, report: Draft): Promise<void> {
    const { bytes, cut } = file
    const { name, family } = report.type
    if (name === 'zip') await this.#lookIntoZip(file, report)
    else if (family === 'archive' || name === 'iso') await this.#lookIntoArchive(file, report)
    else if (name === 'pdf') await this.#take(await lookIntoPdf(bytes, this.#room.pdf), report)
    else if (name === 'rtf') await this.#take(lookIntoRtf(bytes), report)
    else if (name === 'ole') await this.#lookIntoOle(bytes, report)
    else if (name === 'onenote') await this.#takeNotebook(bytes, report)
    else if (family === 'html') await this.#lookAtPage(bytes, report)
    else if (family === 'message') await this.#lookIntoMessage(bytes, report)
    else if (family === 'image' && !cut) await this.#lookAtPicture(bytes, report)
    else if (family === 'text') await this.#lookAtText(bytes, report)
    await this.#lookBehind(file, report)
  }

  /** What stands before or behind the file that is shown. */
  async #lookBehind({ name, bytes, cut }: GivenFile, report: Draft): Promise<void> {
    const found = findHidden(bytes, report.type)
    if (!found) return
    report.signs.add('polyglot')
    if (found.archive)
      await this.#enter({ name, bytes: found.archive, size: found.archive.length, cut }, report)
  }

  async #takeNotebook(bytes: Buffer, report: Draft): Promise<void> {
    const files = nameFiles(readOneNote(bytes), wideNames(bytes))
    if (files.length > 0) report.signs.add('embedded-file')
    await this.#takeFiles(files, report)
  }

  async #lookAtPage(bytes: Buffer, report: Draft): Promise<void> {
    const length = Math.min(bytes.length, pageLimit, this.#room.html)
    this.#room.html -= length
    await this.#take(lookIntoHtml(bytes.subarray(0, length)), report)
  }

  async #lookAtText(bytes: Buffer, report: Draft): Promise<void> {
    if (bytes.includes('begin')) await this.#takeFiles(readUuencoded(bytes.toString('latin1')), report)
    if (startsProgram(bytes)) report.signs.add('dde')
    if (isCalendar(bytes)) this.#addLinks(linksOfCalendar(bytes), report)
    const url = readShortcut(bytes)
    if (url === null) return
    report.type = { name: 'url', family: 'shortcut' }
    this.#addLinks([{ url, from: 'shortcut' }], report)
  }

  async #lookIntoOle(bytes: Buffer, report: Draft): Promise<void> {
    const insight = await lookIntoOle(bytes)
    report.type = {
      name: insight.kind,
      family: insight.kind === 'msi' ? 'executable' : insight.kind === 'msg' ? 'message' : 'document',
    }
    await this.#take(insight, report)
  }

  async #lookIntoMessage(bytes: Buffer, report: Draft): Promise<void> {
    const { texts, links, files } = await this.#openMessage(bytes)
    this.#addLinks(
      links
        .slice(0, linkLimits.links)
        .map((url) => ({ url: url.slice(0, linkLimits.length), from: 'message' })),
      report,
    )
    if (texts.some(holdsEicar)) report.signs.add('eicar')
    for (const file of files) await this.#enter(file, report)
  }

  async #lookAtPicture(bytes: Buffer, report: Draft): Promise<void> {
    const pixels = pixelsToDecode(bytes)
    if (pixels === null || pixels > this.#room.pixels || this.#room.pictures <= 0) return
    this.#room.pixels -= pixels
    this.#room.pictures--
    const codes = await readQrCodes(bytes)
    this.#addLinks(
      codes.slice(0, qrLimits.codes).map((url) => ({ url, from: 'qr' })),
      report,
    )
    await this.#rest()
  }

  async #take({ signs, links, files }: Insight, report: Draft): Promise<void> {
    for (const sign of signs) report.signs.add(sign)
    this.#addLinks(links, report)
    await this.#takeFiles(files, report)
  }

  async #takeFiles(files: Insight['files'], report: Draft): Promise<void> {
    for (const { name, bytes } of files)
      await this.#enter({ name, bytes, size: bytes.length, cut: false }, report)
  }

  #addLinks(links: readonly FileLink[], report: Draft): void {
    const taken = links.slice(0, this.#room.links)
    this.#room.links -= taken.length
    for (const link of taken) report.links.push(link)
  }

  /** Visits a file within another one, unless that is too deep, or one too many. */
  async #enter(file: GivenFile, report: Draft): Promise<void> {
    const place = this.#placeWithin(report)
    if (place) await this.visit(file, place)
  }

  #placeWithin(report: Draft): Place | null {
    if (report.path.length >= lookLimits.depth) report.signs.add('too-deep')
    else if (this.#room.files <= 0) report.signs.add('too-many')
    else {
      this.#room.files--
      report.within ??= [...report.path, report.name]
      return { root: report.root, path: report.within }
    }
    return null
  }

  async #lookIntoArchive(file: GivenFile, report: Draft): Promise<void> {
    const { bytes, cut } = file
    const { name } = report.type
    if (onePacked.has(name)) return this.#unpackOne(file, report)
    if (name === 'tar' || name === 'cpio') {
      if (cut) report.signs.add('large')
      for (const each of name === 'tar' ? readTar(bytes) : readCpio(bytes)) {
        if (report.signs.has('too-many') || report.signs.has('too-deep')) return
        await this.#enter({ ...each, size: each.bytes.length, cut: false }, report)
      }
    } else if (name === 'tnef') await this.#takeFiles(readTnef(bytes), report)
    else await this.#lookIntoPacked(file, report)
  }

  /** Archives that are unpacked by a library; of what it could not unpack the names are known. */
  async #lookIntoPacked(file: GivenFile, report: Draft): Promise<void> {
    const { name } = report.type
    const list = this.#room.lists-- > 0 ? listArchive(file.bytes, name) : noList
    if (list.encrypted) report.signs.add('encrypted')
    if (file.cut) report.signs.add('too-large')
    const giveTurn = this.#open++ === 0 ? await takeArchiveTurn() : null
    try {
      const { end, seen } = await this.#unpackEach(file, report, list)
      const rest = list.files.slice(seen)
      // Of what lies beyond the bounds names must do, where they say that nothing is within it.
      if (end === 'spent') report.signs.add(rest.length > 0 && rest.every(isPlain) ? 'large' : 'too-large')
      // An archive whose names were all seen has only left out its end.
      const isTorn = end === 'torn' && (seen === 0 || rest.length > 0)
      if ((end === 'unreadable' || isTorn) && !report.signs.has('encrypted')) report.signs.add('not-read')
      this.#listNames(rest, report)
    } finally {
      this.#open--
      giveTurn?.()
    }
  }

  async #unpackEach(
    file: GivenFile,
    report: Draft,
    list: ArchiveList,
  ): Promise<{ end: PackedEnd; seen: number }> {
    const wanted = (entry: PackedEntry, head: Buffer) =>
      isWorthUnpacking(entry.name, sniffType(head), head.length) ? this.#most() : 0
    const rest = () => this.#rest()
    const files = unpackArchive(file.bytes, wanted, this.#room.packed, rest)
    for (let seen = 0; ; seen++) {
      const { value, done } = await files.next()
      if (done) return { end: value, seen }
      if (value.entry.isFile)
        await this.#enterPacked(value, value.entry.name || list.files[seen]?.name || '', report)
      if (report.signs.has('too-many') || report.signs.has('too-deep')) {
        await files.return('complete')
        return { end: 'complete', seen: Number.POSITIVE_INFINITY }
      }
    }
  }

  async #enterPacked({ entry, bytes, more }: PackedFile, name: string, report: Draft): Promise<void> {
    if (entry.encrypted) report.signs.add('encrypted')
    const place = this.#placeWithin(report)
    if (!place) return
    const type = sniffType(bytes)
    if (!isWorthUnpacking(name, type, bytes.length)) {
      const inner = this.#report(name, entry.size, bytes.length > 0 ? type : unknown, place)
      if (holdsEicar(bytes)) inner.signs.add('eicar')
      return
    }
    if (more && (type.family === 'archive' || bytes.length < lookLimits.file)) report.signs.add('too-large')
    await this.#hold(bytes, () =>
      this.visit({ name, bytes, size: Math.max(entry.size, bytes.length), cut: more }, place),
    )
  }

  #listNames(files: ArchiveList['files'], report: Draft): void {
    for (const { name, size } of files) {
      const place = this.#placeWithin(report)
      if (!place) return
      this.#report(name, size, unknown, place)
    }
  }

  /** One packed file, such as a tar: what it holds is known by the name of the outer one without its ending. */
  async #unpackOne({ name, bytes, cut }: GivenFile, report: Draft): Promise<void> {
    const most = this.#most()
    const made = await this.#unpackBytes(bytes, report.type.name, most)
    if (!made) {
      report.signs.add('not-read')
      return
    }
    const inner = name.replace(/\.(?:t?gz|bz2|tbz2?|zst|xz|txz|lz4)$/i, (end) =>
      /^\.t/i.test(end) ? '.tar' : '',
    )
    const file = { name: inner, bytes: made.bytes, size: made.bytes.length, cut: made.more || cut }
    if (made.damaged && made.bytes.length === 0) report.signs.add('damaged')
    else await this.#hold(made.bytes, () => this.#enter(file, report))
    if (most < lookLimits.file && made.more) report.signs.add('too-large')
  }

  async #unpackBytes(bytes: Buffer, kind: string, most: number): Promise<Unpacked | null> {
    if (kind === 'bzip2') return unpackBzip2(bytes, most)
    if (kind === 'lz4') return unpackLz4(bytes, most)
    if (kind !== 'xz') return unpack(bytes, kind as 'gzip' | 'zstd', most)
    const giveTurn = this.#open++ === 0 ? await takeArchiveTurn() : null
    try {
      return await unpackXz(bytes, most, () => this.#rest())
    } finally {
      this.#open--
      giveTurn?.()
    }
  }

  /** How much of a file may be unpacked now. */
  #most(): number {
    return Math.max(0, Math.min(lookLimits.file, this.#room.held, this.#room.work))
  }

  /** Counts unpacked bytes as held while they are looked at. */
  async #hold(bytes: Buffer, look: () => Promise<void>): Promise<void> {
    this.#room.work -= bytes.length
    this.#room.held -= bytes.length
    await look()
    this.#room.held += bytes.length
    giveBack(bytes)
  }

  async #lookIntoZip({ bytes, cut, tail, size }: GivenFile, report: Draft): Promise<void> {
    const whole = cut && tail ? readCutZip(bytes, tail, size, this.#room.files) : null
    const { entries, more, damaged } = whole ?? readZip(bytes, this.#room.files)
    if (more) report.signs.add('too-many')
    if (cut) report.signs.add(whole?.entries.every(isSeenOrPlain) ? 'large' : 'too-large')
    else if (damaged) report.signs.add('damaged')
    if (entries.some((each) => each.encrypted)) report.signs.add('encrypted')
    // Honest archives have each byte once; bombs use the same ones for many files.
    const packed = entries.reduce((sum, each) => sum + each.packed.length, 0)
    if (packed > bytes.length) report.signs.add('overlapping')
    this.#room.unpacked -= entries.reduce((sum, each) => sum + each.size, 0)
    if (this.#room.unpacked < 0 || packed > bytes.length || entries.some(growsBeyondBelief)) {
      report.signs.add('too-large')
      return
    }
    const office = officeKind(entries)
    if (office) return this.#lookIntoOfficeFile(entries, report)
    if (entries.some((each) => each.name === 'META-INF/MANIFEST.MF') && entries.some(isClass))
      report.type = { name: 'jar', family: 'executable' }
    for (const entry of entries) {
      if (report.signs.has('too-many') || report.signs.has('too-deep')) break
      if (!entry.name.endsWith('/')) await this.#enterEntry(entry, report, false)
    }
  }

  async #lookIntoOfficeFile(entries: readonly ZipEntry[], report: Draft): Promise<void> {
    report.type = { name: officeName(entries), family: 'document' }
    const { signs, links, inner } = await lookIntoOffice(entries, this.#room)
    for (const sign of signs) report.signs.add(sign)
    this.#addLinks(links, report)
    for (const entry of inner) await this.#enterEntry(entry, report, true)
  }

  /** An entry of a zip archive: its beginning tells whether it has to be unpacked whole. */
  async #enterEntry(entry: ZipEntry, report: Draft, pictures: boolean): Promise<void> {
    const place = this.#placeWithin(report)
    if (!place) return
    await this.#rest()
    const head = await headOf(entry, lookLimits.head)
    this.#room.work -= head.length
    const type = sniffType(head)
    if (!isReadable(entry) || !isWorthUnpacking(entry.name, type, head.length, pictures)) {
      const inner = this.#report(entry.name, entry.size, head.length > 0 ? type : unknown, place)
      if (!entry.encrypted && !isReadable(entry)) inner.signs.add('not-read')
      if (holdsEicar(head)) inner.signs.add('eicar')
      return
    }
    const most = Math.min(this.#most(), credibleSize(type, entry.packed.length))
    const made = await inflateEntry(entry, most)
    // Of an archive all must be seen; of a document the beginning will do.
    if (made.more && (type.family === 'archive' || most < lookLimits.file)) report.signs.add('too-large')
    const file = { name: entry.name, bytes: made.bytes, size: entry.size, cut: made.more }
    await this.#hold(made.bytes, () => this.visit(file, place))
  }
}

/** Kinds that pack one file. */
const onePacked: ReadonlySet<string> = new Set(['gzip', 'bzip2', 'zstd', 'xz', 'lz4'])
const noList: ArchiveList = { files: [], encrypted: false }
const unknown: FileType = { name: 'data', family: 'data' }

/** The end of a name tells what opens the file, so it must not be cut off. */
function shorten(name: string): string {
  return name.length <= 500 ? name : `${name.slice(0, 240)}…${name.slice(-240)}`
}

function isClass({ name }: ZipEntry): boolean {
  return name.endsWith('.class')
}
