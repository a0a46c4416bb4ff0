import { hash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { giveToOwner } from './give-to-owner.ts'

/** Of each page; all zero: nothing is known of it. */
export const hashBytes = 16
/** The name of the generation comes first, in so many bytes. */
const nameBytes = 32

/**
 * A hash of each page of the newest generation, by which it is known what is new where the log does not tell. In one
 * file: the name of the generation (32 bytes), then 16 bytes a page. The name is taken away before hashes change and put
 * back after, so half a change is never believed.
 */
export class PageHashes {
  readonly #folder: string
  readonly #path: string

  /** @param folder of backups */
  constructor(folder: string) {
    this.#folder = folder
    this.#path = join(folder, 'page-hashes')
  }

  /** Hashes of a generation; null: they are those of another one, or half changed. */
  read(generation: string): Buffer | null {
    if (!existsSync(this.#path)) return null
    const bytes = readFileSync(this.#path)
    return bytes.length >= nameBytes && bytes.subarray(0, nameBytes).equals(nameOf(generation))
      ? bytes.subarray(nameBytes)
      : null
  }

  /** All of them anew. */
  write(generation: string, hashes: Buffer): void {
    writeFileSync(`${this.#path}.unfinished`, Buffer.concat([nameOf(generation), hashes]), {
      mode: 0o600,
      flush: true,
    })
    giveToOwner(this.#folder, `${this.#path}.unfinished`)
    renameSync(`${this.#path}.unfinished`, this.#path)
  }

  /** Removes what never got its name. */
  clear(): void {
    rmSync(`${this.#path}.unfinished`, { force: true })
  }

  /**
   * Takes the hashes of one generation to the next. Answers false where there are none of the one before.
   * @param pages that are new, and `hashes` of them in the same order
   */
  change(before: string, next: string, pages: readonly number[], hashes: Buffer): boolean {
    if (!existsSync(this.#path)) return false
    const file = openSync(this.#path, 'r+')
    try {
      const name = Buffer.alloc(nameBytes)
      readSync(file, name, 0, nameBytes, 0)
      if (!name.equals(nameOf(before))) return false
      writeSync(file, Buffer.alloc(nameBytes), 0, nameBytes, 0)
      fsyncSync(file)
      for (const [n, page] of pages.entries())
        writeSync(file, hashes, n * hashBytes, hashBytes, nameBytes + (page - 1) * hashBytes)
      fsyncSync(file)
      writeSync(file, nameOf(next), 0, nameBytes, 0)
      fsyncSync(file)
      return true
    } finally {
      closeSync(file)
    }
  }
}

/** The hash of a page: half a SHA-256. */
export function hashOf(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer').subarray(0, hashBytes)
}

/** Whether a page is one that these hashes know. @param page counted from 1 */
export function isKnown(hashes: Buffer, page: number, its: Buffer): boolean {
  const at = (page - 1) * hashBytes
  return hashes.length >= at + hashBytes && hashes.compare(its, 0, hashBytes, at, at + hashBytes) === 0
}

function nameOf(generation: string): Buffer {
  const name = Buffer.alloc(nameBytes)
  name.write(generation)
  return name
}
