import { fstatSync, readSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { databaseFile } from '../database/database-file.ts'
import { LogFrames, type LogState, readLogState } from './log-place.ts'
import { rest } from './rest.ts'

const tries = 500
const betweenTriesMs = 2

/**
 * The pages of a database as they were at one moment, while others go on to write. A read transaction holds the moment:
 * meanwhile the log does not begin anew over what it still needs, and nothing newer is carried into the file.
 * Long moments let the log grow, so nobody holds one for longer than it takes to read.
 */
export class DatabaseMoment implements Disposable {
  /** Where the log was. */
  readonly state: LogState
  readonly pageSize: number
  readonly pageCount: number
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #file: number
  readonly #log: LogFrames
  /** The last frame of each page that is in the log. */
  readonly #frames = new Map<number, number>()

  /**
   * @param path of the database
   * @throws Error where writers leave no moment between them, or the file is not what its log says
   */
  constructor(path: string) {
    this.#path = path
    this.#database = new DatabaseSync(path, { readOnly: true, timeout: 1000 })
    try {
      this.state = hold(this.#database, path)
      this.#file = databaseFile(path)
      this.seeFile()
      this.pageSize = this.#ask('page_size')
      this.pageCount = this.#ask('page_count')
      this.#log = new LogFrames(path, this.pageSize)
    } catch (cause) {
      this.#database.close()
      throw cause
    }
    try {
      this.#readFrames()
    } catch (cause) {
      // A moment that is held and not used would let the log grow for good.
      this[Symbol.dispose]()
      throw cause
    }
  }

  #readFrames(): void {
    for (let frame = 1; frame <= this.state.frames; frame++) {
      const head = this.#log.head(frame, this.state)
      if (head !== null) this.#frames.set(head.page, frame)
      else if (!this.#isCarriedOver())
        throw new Error(`${this.#path}-wal lacks frame ${frame} of ${this.state.frames}`)
    }
  }

  /**
   * Reads a page. A log that was carried over whole before the moment may begin anew meanwhile; then the file has all
   * of it, and nobody writes to the file as long as the moment is held.
   * @param page counted from 1
   */
  readPage(page: number, into: Buffer): void {
    const frame = this.#frames.get(page)
    if (frame !== undefined) {
      if (this.#log.read(frame, this.state, page, into)) return
      if (!this.#isCarriedOver()) throw new Error(`frame ${frame} of the log is not page ${page} any more`)
    }
    const { pageSize } = this
    const read = readSync(this.#file, into, 0, pageSize, (page - 1) * pageSize)
    // A page at the end that was freed before it was ever used has not been written; SQLite takes it for zeros too.
    into.fill(0, read, pageSize)
  }

  /** Within the transaction: the index of the log knows neither until something is written to the log. */
  #ask(name: 'page_size' | 'page_count'): number {
    const said = this.#database.prepare(`PRAGMA ${name}`).get()?.[name]
    if (!Number.isSafeInteger(said) || (said as number) < 1)
      throw new Error(`${this.#path} says ${said} for its ${name}`)
    return said as number
  }

  /** Whether rows name files of content. Reads all of them. */
  namesContent(): boolean {
    return this.#database.prepare('SELECT 1 FROM bodies WHERE path IS NOT NULL LIMIT 1').get() !== undefined
  }

  /** @throws OtherFileError where the data folder has another database by now */
  seeFile(): void {
    const found = statSync(this.#path, { throwIfNoEntry: false })
    if (found?.ino !== fstatSync(this.#file).ino) throw new OtherFileError(this.#path)
  }

  #isCarriedOver(): boolean {
    return this.state.carriedOver >= this.state.frames
  }

  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]()
    this.#database.close()
  }
}

/** A process that has opened a database keeps it open for good, and has to be started anew for another one. */
export class OtherFileError extends Error {
  constructor(path: string) {
    super(`${path} is another file than it was`)
  }
}

/** Begins a read transaction and tells where in the log it stands: where the log was, before it began and after. */
function hold(database: DatabaseSync, path: string): LogState {
  // The first read takes up what a crash has left in the log.
  database.prepare('SELECT count(*) FROM sqlite_schema').get()
  for (let n = 0; n < tries; n++) {
    const before = readLogState(path)
    database.exec('BEGIN')
    database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
    const after = readLogState(path)
    if (before.run === after.run && before.mark === after.mark && before.frames === after.frames) return after
    database.exec('ROLLBACK')
    rest(betweenTriesMs)
  }
  throw new Error(`${path} is written to so often that no moment of it could be held`)
}
