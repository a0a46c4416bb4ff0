import { holdsEicar } from './eicar.ts'
import type { Draft, GivenFile } from './file-report.ts'
import { sniffType, unknownType } from './file-type.ts'
import { lookLimits } from './look-limits.ts'
import { lookIntoOffice, officeKind, officeName } from './ooxml.ts'
import type { Walk } from './walk.ts'
import { credibleSize, growsBeyondBelief, isSeenOrPlain, isWorthUnpacking } from './worth-unpacking.ts'
import { readCutZip, readZip, type ZipEntry } from './zip.ts'
import { headOf, inflateEntry, isReadable } from './zip-entry.ts'

/** Looks into zip archives, and into documents and programs that are such. */
export class ZipLook {
  readonly #walk: Walk

  constructor(walk: Walk) {
    this.#walk = walk
  }

  async look({ bytes, cut, tail, size }: GivenFile, report: Draft): Promise<void> {
    const whole = cut && tail ? readCutZip(bytes, tail, size, this.#walk.room.files) : null
    const { entries, more, damaged } = whole ?? readZip(bytes, this.#walk.room.files)
    if (more) report.signs.add('too-many')
    if (cut) report.signs.add(whole?.entries.every(isSeenOrPlain) ? 'large' : 'too-large')
    else if (damaged) report.signs.add('damaged')
    if (entries.some((each) => each.encrypted)) report.signs.add('encrypted')
    // Honest archives have each byte once; bombs use the same ones for many files.
    const packed = entries.reduce((sum, each) => sum + each.packed.length, 0)
    if (packed > bytes.length) report.signs.add('overlapping')
    this.#walk.room.unpacked -= entries.reduce((sum, each) => sum + each.size, 0)
    if (this.#walk.room.unpacked < 0 || packed > bytes.length || entries.some(growsBeyondBelief)) {
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
    const { signs, links, inner } = await lookIntoOffice(entries, this.#walk.room)
    for (const sign of signs) report.signs.add(sign)
    this.#walk.addLinks(links, report)
    for (const entry of inner) await this.#enterEntry(entry, report, true)
  }

  /** An entry of a zip archive: its beginning tells whether it has to be unpacked whole. */
  async #enterEntry(entry: ZipEntry, report: Draft, pictures: boolean): Promise<void> {
    const place = this.#walk.placeWithin(report)
    if (!place) return
    await this.#walk.rest()
    const head = await headOf(entry, lookLimits.head)
    this.#walk.room.work -= head.length
    const type = sniffType(head)
    if (!isReadable(entry) || !isWorthUnpacking(entry.name, type, head.length, pictures)) {
      const inner = this.#walk.report(entry.name, entry.size, head.length > 0 ? type : unknownType, place)
      if (!entry.encrypted && !isReadable(entry)) inner.signs.add('not-read')
      if (holdsEicar(head)) inner.signs.add('eicar')
      return
    }
    const most = Math.min(this.#walk.most(), credibleSize(type, entry.packed.length))
    const made = await inflateEntry(entry, most)
    // Of an archive all must be seen; of a document the beginning will do.
    if (made.more && (type.family === 'archive' || most < lookLimits.file)) report.signs.add('too-large')
    const file = { name: entry.name, bytes: made.bytes, size: entry.size, cut: made.more }
    await this.#walk.hold(made.bytes, () => this.#walk.visit(file, place))
  }
}

function isClass({ name }: ZipEntry): boolean {
  return name.endsWith('.class')
}
