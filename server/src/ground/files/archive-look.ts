import { type ArchiveList, listArchive } from './archive-list.ts'
import { takeArchiveTurn } from './archive-turn.ts'
import { unpackBzip2 } from './bzip2.ts'
import { holdsEicar } from './eicar.ts'
import type { Draft, GivenFile } from './file-report.ts'
import { sniffType, unknownType } from './file-type.ts'
import { type Unpacked, unpack } from './inflate.ts'
import type { PackedEntry } from './libarchive.ts'
import { lookLimits } from './look-limits.ts'
import { unpackLz4 } from './lz4.ts'
import { type PackedEnd, type PackedFile, unpackArchive } from './packed-archive.ts'
import { readTnef } from './small-containers.ts'
import { readCpio, readTar } from './tar.ts'
import type { Walk } from './walk.ts'
import { isPlain, isWorthUnpacking } from './worth-unpacking.ts'
import { unpackXz } from './xz.ts'

/** Kinds that pack one file. */
const onePacked: ReadonlySet<string> = new Set(['gzip', 'bzip2', 'zstd', 'xz', 'lz4'])
const noList: ArchiveList = { files: [], encrypted: false }

/** Looks into archives of all kinds but zip, and into single files that are packed. */
export class ArchiveLook {
  readonly #walk: Walk
  /** Archives that are open within each other. */
  #open = 0

  constructor(walk: Walk) {
    this.#walk = walk
  }

  async look(file: GivenFile, report: Draft): Promise<void> {
    const { bytes, cut } = file
    const { name } = report.type
    if (onePacked.has(name)) return this.#unpackOne(file, report)
    if (name === 'tar' || name === 'cpio') {
      if (cut) report.signs.add('large')
      for (const each of name === 'tar' ? readTar(bytes) : readCpio(bytes)) {
        if (report.signs.has('too-many') || report.signs.has('too-deep')) return
        await this.#walk.enter({ ...each, size: each.bytes.length, cut: false }, report)
      }
    } else if (name === 'tnef') await this.#walk.takeFiles(readTnef(bytes), report)
    else await this.#lookIntoPacked(file, report)
  }

  /** Archives that are unpacked by a library; of what it could not unpack the names are known. */
  async #lookIntoPacked(file: GivenFile, report: Draft): Promise<void> {
    const { name } = report.type
    const list = this.#walk.room.lists-- > 0 ? listArchive(file.bytes, name) : noList
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
      isWorthUnpacking(entry.name, sniffType(head), head.length) ? this.#walk.most() : 0
    const rest = () => this.#walk.rest()
    const files = unpackArchive(file.bytes, wanted, this.#walk.room.packed, rest)
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
    const place = this.#walk.placeWithin(report)
    if (!place) return
    const type = sniffType(bytes)
    if (!isWorthUnpacking(name, type, bytes.length)) {
      const inner = this.#walk.report(name, entry.size, bytes.length > 0 ? type : unknownType, place)
      if (holdsEicar(bytes)) inner.signs.add('eicar')
      return
    }
    if (more && (type.family === 'archive' || bytes.length < lookLimits.file)) report.signs.add('too-large')
    await this.#walk.hold(bytes, () =>
      this.#walk.visit({ name, bytes, size: Math.max(entry.size, bytes.length), cut: more }, place),
    )
  }

  #listNames(files: ArchiveList['files'], report: Draft): void {
    for (const { name, size } of files) {
      const place = this.#walk.placeWithin(report)
      if (!place) return
      this.#walk.report(name, size, unknownType, place)
    }
  }

  /** One packed file, such as a tar: what it holds is known by the name of the outer one without its ending. */
  async #unpackOne({ name, bytes, cut }: GivenFile, report: Draft): Promise<void> {
    const most = this.#walk.most()
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
    else await this.#walk.hold(made.bytes, () => this.#walk.enter(file, report))
    if (most < lookLimits.file && made.more) report.signs.add('too-large')
  }

  async #unpackBytes(bytes: Buffer, kind: string, most: number): Promise<Unpacked | null> {
    if (kind === 'bzip2') return unpackBzip2(bytes, most)
    if (kind === 'lz4') return unpackLz4(bytes, most)
    if (kind !== 'xz') return unpack(bytes, kind as 'gzip' | 'zstd', most)
    const giveTurn = this.#open++ === 0 ? await takeArchiveTurn() : null
    try {
      return await unpackXz(bytes, most, () => this.#walk.rest())
    } finally {
      this.#open--
      giveTurn?.()
    }
  }
}
