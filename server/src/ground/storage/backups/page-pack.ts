import { createHash } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'

/** Eight bytes that a file of pages begins with. */
const word = Buffer.from('MKPAGES1')
const headBytes = 16
/** Read and written at once. */
const bufferPages = 64

/** Bytes that were written, for who sees to it that the disk has time for others. */
export type Pace = (bytes: number) => void

/** Where pages come from. */
export interface PageSource {
  readonly pageSize: number
  readPage(page: number, into: Buffer): void
}

/** Hears of each page with its bytes, which change after that. */
export type OnPage = (page: number, bytes: Buffer) => void

/** A file of pages, and how to know it again. */
export interface PackFile {
  readonly file: string
  readonly sha256: string
  readonly pages: number
}

/** Writes all pages of a database into a new file, which is a database then. Synced when it returns. */
export function writeImage(
  path: string,
  source: PageSource,
  count: number,
  onPage: OnPage,
  pace: Pace,
): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    const bytes = Buffer.alloc(source.pageSize)
    for (let page = 1; page <= count; page++) {
      source.readPage(page, bytes)
      onPage(page, bytes)
      putAll(file, bytes)
      pace(bytes.length)
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function putAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

/**
 * Writes pages into a new file: the word, page size and count (4 bytes each, little-endian), the numbers of the pages
 * (4 bytes each), then the pages in the same order. Synced when it returns.
 * @returns SHA-256 of the file, in hex
 */
export function writePack(
  path: string,
  source: PageSource,
  pages: readonly number[],
  onPage: OnPage,
  pace: Pace,
): string {
  const file = openSync(path, 'wx', 0o600)
  const hash = createHash('sha256')
  const put = (bytes: Buffer) => {
    hash.update(bytes)
    putAll(file, bytes)
    pace(bytes.length)
  }
  try {
    put(headOf(source.pageSize, pages))
    const buffer = Buffer.alloc(bufferPages * source.pageSize)
    for (let first = 0; first < pages.length; first += bufferPages) {
      const some = pages.slice(first, first + bufferPages)
      some.forEach((page, n) => {
        const bytes = buffer.subarray(n * source.pageSize, (n + 1) * source.pageSize)
        source.readPage(page, bytes)
        onPage(page, bytes)
      })
      put(buffer.subarray(0, some.length * source.pageSize))
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}

function headOf(pageSize: number, pages: readonly number[]): Buffer {
  const head = Buffer.alloc(headBytes + 4 * pages.length)
  word.copy(head)
  head.writeUInt32LE(pageSize, 8)
  head.writeUInt32LE(pages.length, 12)
  pages.forEach((page, n) => {
    head.writeUInt32LE(page, headBytes + 4 * n)
  })
  return head
}

/** Reads a file of pages. */
export class PagePack implements PageSource, Disposable {
  readonly pageSize: number
  readonly pages: readonly number[]
  readonly #file: number
  readonly #places: Map<number, number>

  /** @throws Error where it is none, or not whole */
  constructor(path: string) {
    this.#file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(headBytes)
      readSync(this.#file, head, 0, headBytes, 0)
      const count = head.readUInt32LE(12)
      this.pageSize = head.readUInt32LE(8)
      const whole = headBytes + count * (4 + this.pageSize)
      if (!head.subarray(0, word.length).equals(word) || fstatSync(this.#file).size !== whole)
        throw new Error(`${path} is no whole file of pages`)
      const numbers = Buffer.alloc(4 * count)
      readSync(this.#file, numbers, 0, numbers.length, headBytes)
      this.pages = Array.from({ length: count }, (_, n) => numbers.readUInt32LE(4 * n))
      this.#places = new Map(this.pages.map((page, n) => [page, headBytes + 4 * count + n * this.pageSize]))
    } catch (cause) {
      closeSync(this.#file)
      throw cause
    }
  }

  readPage(page: number, into: Buffer): void {
    const place = this.#places.get(page)
    if (place === undefined || readSync(this.#file, into, 0, this.pageSize, place) < this.pageSize)
      throw new Error(`page ${page} cannot be read`)
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}
