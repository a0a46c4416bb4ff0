import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { placeParts as parts, readMark } from './claim-place.ts'
import { type Generation, type ReadableChain, readChain, readWhatCanBe } from './generation.ts'
import { giveToOwner } from './give-to-owner.ts'
import { lockPlace } from './lock-place.ts'
import { PageHashes } from './page-hashes.ts'
import { clearProof } from './proof-file.ts'
import { syncPath } from './sync-path.ts'

const half = '.unfinished'
type Part = (typeof parts)[number]

/**
 * A folder of backups. `generations` has a file for each of them, `pages` what was new in the database, `content` and
 * `parts` other files, each once however many generations have it. Nothing is written over; what nobody names goes.
 */
export class BackupPlace implements Disposable {
  readonly folder: string
  readonly hashes: PageHashes
  readonly #lock: DatabaseSync | null
  /** Files that no generation names yet. */
  #made: string[] = []

  /**
   * Opens it for one at a time. @throws Error where somebody else is at it, or it is no folder of backups
   */
  constructor(folder: string, mode: 'write' | 'read' | 'list') {
    if (readMark(folder) === null) throw new Error(`${folder} is no folder of backups`)
    this.folder = folder
    this.hashes = new PageHashes(folder)
    // What only lists is told what stands there, whoever works.
    this.#lock = mode === 'list' ? null : lockPlace(folder, mode)
  }

  /** @throws Error where one cannot be read: nothing may be added or cleared away then */
  chain(): Generation[] {
    return readChain(join(this.folder, 'generations'))
  }

  /** What can be restored of it. */
  readable(): ReadableChain {
    return readWhatCanBe(join(this.folder, 'generations'))
  }

  /** Nobody else writes: what was found may be noted. */
  get isHeld(): boolean {
    return this.#lock !== null
  }

  path(part: Part, name: string): string {
    return join(this.folder, part, name)
  }

  /** Where a file is written before it has its name. */
  unfinished(part: Part, name: string): string {
    return `${this.path(part, name)}${half}`
  }

  /** Gives a file that is whole and synced its name. */
  finish(part: Part, name: string): void {
    giveToOwner(this.folder, this.unfinished(part, name))
    renameSync(this.unfinished(part, name), this.path(part, name))
    this.#made.push(this.path(part, name))
  }

  /** Where a database is put together to be looked at. */
  get scratch(): string {
    return join(this.folder, `verify${half}`)
  }

  names(part: Part): string[] {
    return readdirSync(join(this.folder, part))
  }

  /** Makes a generation one of the folder. What it names has to be synced before. */
  put(generation: Generation): void {
    for (const each of parts) syncPath(join(this.folder, each))
    const name = `${generation.name}.json`
    writeFileSync(this.unfinished('generations', name), `${JSON.stringify(generation)}\n`, {
      mode: 0o600,
      flush: true,
    })
    this.finish('generations', name)
    this.#made = []
    syncPath(join(this.folder, 'generations'))
  }

  /**
   * Removes what never got its name, and what a proof that was killed has put together.
   * @returns why the latter cannot be removed, in words; it takes room, and no backup stands on it
   */
  clear(): readonly string[] {
    this.hashes.clear()
    clearProof(this.folder)
    for (const part of parts)
      for (const name of this.names(part))
        if (name.endsWith(half)) rmSync(this.path(part, name), { force: true })
    try {
      rmSync(this.scratch, { recursive: true, force: true })
      return []
    } catch (cause) {
      const { message } = cause as Error
      return [`what an interrupted verification has left takes room: ${message}; remove it by hand`]
    }
  }

  /** Removes what was made since the last generation was put, where its room is needed. */
  takeBack(): void {
    for (const each of this.#made) rmSync(each, { force: true })
    this.#made = []
  }

  /**
   * Removes what no generation names: what was dropped, and what interrupted work has left. Only after one was put, so that
   * there is one that was understood. @throws Error where one is not, or there is none; nothing is removed then
   */
  sweep(): void {
    const chain = this.chain()
    if (chain.length === 0) throw new Error(`${this.folder} has no whole backup; nothing of it is removed`)
    const named: Record<Part, Set<string>> = {
      generations: new Set(chain.map((each) => `${each.name}.json`)),
      pages: new Set(
        chain.flatMap((each) => [each.image, each.pack?.file]).filter((each) => typeof each === 'string'),
      ),
      content: new Set(chain.flatMap((each) => each.content.added)),
      parts: new Set(chain.flatMap((each) => each.parts.map(({ sha256 }) => sha256))),
    }
    for (const part of parts)
      for (const name of this.names(part))
        if (!named[part].has(name)) rmSync(this.path(part, name), { force: true })
  }

  [Symbol.dispose](): void {
    this.#lock?.close()
  }
}
