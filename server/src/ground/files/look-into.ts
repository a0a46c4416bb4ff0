import { setImmediate as nextTurn } from 'node:timers/promises'
import { ArchiveLook } from './archive-look.ts'
import { isCalendar, linksOfCalendar } from './calendar.ts'
import { holdsEicar } from './eicar.ts'
import type { Draft, FileReport, GivenFile, Place } from './file-report.ts'
import { type FileLink, type Insight, linkLimits } from './file-sign.ts'
import { type FileType, sniffType } from './file-type.ts'
import { startsProgram } from './formula.ts'
import { nameFiles, wideNames } from './found-names.ts'
import { lookIntoHtml, pageLimit } from './html-file.ts'
import { giveBack } from './inflate.ts'
import { lookLimits } from './look-limits.ts'
import { newLookRoom } from './look-room.ts'
import { lookIntoOle } from './ole-file.ts'
import { lookIntoPdf } from './pdf.ts'
import { findHidden } from './polyglot.ts'
import { pixelsToDecode, qrLimits, readQrCodes } from './qr-codes.ts'
import { lookIntoRtf } from './rtf.ts'
import { readOneNote, readShortcut } from './small-containers.ts'
import { readUuencoded } from './uuencode.ts'
import type { Walk } from './walk.ts'
import { ZipLook } from './zip-look.ts'

/** Reads a message that lies in a file: its texts, the links in them, and its files. */
export type OpenMessage = (
  bytes: Buffer,
) => Promise<{ texts: readonly string[]; links: readonly string[]; files: readonly GivenFile[] }>

/**
 * Looks into files, and into files within them, without holding more than `lookLimits.held` at a time. Never fails:
 * what cannot be read, or is beyond a bound, has a sign that says so.
 */
export async function lookInto(files: readonly GivenFile[], openMessage: OpenMessage): Promise<FileReport[]> {
  const look = new Look(openMessage)
  for (const [root, file] of files.entries()) await look.visit(file, { root, path: [] })
  return look.reports
}

class Look implements Walk {
  readonly reports: Draft[] = []
  readonly #openMessage: OpenMessage
  readonly #zip = new ZipLook(this)
  readonly #archive = new ArchiveLook(this)
  readonly room = newLookRoom()
  #rested = performance.now()

  constructor(openMessage: OpenMessage) {
    this.#openMessage = openMessage
  }

  async visit(file: GivenFile, place: Place): Promise<void> {
    await this.rest()
    const report = this.report(file.name, file.size, sniffType(file.bytes), place)
    if (holdsEicar(file.bytes.subarray(0, 1 << 16))) report.signs.add('eicar')
    try {
      await this.#look(file, report)
    } catch {
      // A fault of a reader must not hide what the others found.
      report.signs.add('damaged')
    }
  }

  report(name: string, size: number, type: FileType, { root, path }: Place): Draft {
    const report: Draft = { root, name: shorten(name), path, type, size, signs: new Set(), links: [] }
    this.reports.push(report)
    return report
  }

  async rest(): Promise<void> {
    if (performance.now() - this.#rested < 8) return
    await nextTurn()
    this.#rested = performance.now()
  }

  async #look(file: GivenFile, report: Draft): Promise<void> {
    const { bytes, cut } = file
    const { name, family } = report.type
    if (name === 'zip') await this.#zip.look(file, report)
    else if (family === 'archive' || name === 'iso') await this.#archive.look(file, report)
    else if (name === 'pdf') await this.#take(await lookIntoPdf(bytes, this.room.pdf), report)
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
      await this.enter({ name, bytes: found.archive, size: found.archive.length, cut }, report)
  }

  async #takeNotebook(bytes: Buffer, report: Draft): Promise<void> {
    const files = nameFiles(readOneNote(bytes), wideNames(bytes))
    if (files.length > 0) report.signs.add('embedded-file')
    await this.takeFiles(files, report)
  }

  async #lookAtPage(bytes: Buffer, report: Draft): Promise<void> {
    const length = Math.min(bytes.length, pageLimit, this.room.html)
    this.room.html -= length
    await this.#take(lookIntoHtml(bytes.subarray(0, length)), report)
  }

  async #lookAtText(bytes: Buffer, report: Draft): Promise<void> {
    if (bytes.includes('begin')) await this.takeFiles(readUuencoded(bytes.toString('latin1')), report)
    if (startsProgram(bytes)) report.signs.add('dde')
    if (isCalendar(bytes)) this.addLinks(linksOfCalendar(bytes), report)
    const url = readShortcut(bytes)
    if (url === null) return
    report.type = { name: 'url', family: 'shortcut' }
    this.addLinks([{ url, from: 'shortcut' }], report)
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
    this.addLinks(
      links
        .slice(0, linkLimits.links)
        .map((url) => ({ url: url.slice(0, linkLimits.length), from: 'message' })),
      report,
    )
    if (texts.some(holdsEicar)) report.signs.add('eicar')
    for (const file of files) await this.enter(file, report)
  }

  async #lookAtPicture(bytes: Buffer, report: Draft): Promise<void> {
    const pixels = pixelsToDecode(bytes)
    if (pixels === null || pixels > this.room.pixels || this.room.pictures <= 0) return
    this.room.pixels -= pixels
    this.room.pictures--
    const codes = await readQrCodes(bytes)
    this.addLinks(
      codes.slice(0, qrLimits.codes).map((url) => ({ url, from: 'qr' })),
      report,
    )
    await this.rest()
  }

  async #take({ signs, links, files }: Insight, report: Draft): Promise<void> {
    for (const sign of signs) report.signs.add(sign)
    this.addLinks(links, report)
    await this.takeFiles(files, report)
  }

  async takeFiles(files: Insight['files'], report: Draft): Promise<void> {
    for (const { name, bytes } of files)
      await this.enter({ name, bytes, size: bytes.length, cut: false }, report)
  }

  addLinks(links: readonly FileLink[], report: Draft): void {
    const taken = links.slice(0, this.room.links)
    this.room.links -= taken.length
    for (const link of taken) report.links.push(link)
  }

  async enter(file: GivenFile, report: Draft): Promise<void> {
    const place = this.placeWithin(report)
    if (place) await this.visit(file, place)
  }

  placeWithin(report: Draft): Place | null {
    if (report.path.length >= lookLimits.depth) report.signs.add('too-deep')
    else if (this.room.files <= 0) report.signs.add('too-many')
    else {
      this.room.files--
      report.within ??= [...report.path, report.name]
      return { root: report.root, path: report.within }
    }
    return null
  }

  most(): number {
    return Math.max(0, Math.min(lookLimits.file, this.room.held, this.room.work))
  }

  async hold(bytes: Buffer, look: () => Promise<void>): Promise<void> {
    this.room.work -= bytes.length
    this.room.held -= bytes.length
    await look()
    this.room.held += bytes.length
    giveBack(bytes)
  }
}

/** The end of a name tells what opens the file, so it must not be cut off. */
function shorten(name: string): string {
  return name.length <= 500 ? name : `${name.slice(0, 240)}…${name.slice(-240)}`
}
