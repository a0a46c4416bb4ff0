import { accessSync, closeSync, constants, fdatasyncSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { databaseFile } from './database-file.ts'

/** Calls that write after which it is time for a checkpoint: eight megabytes of log. */
const callsBetween = 600
/** Pages of log (16 MB) from which on it begins anew as soon as nearly all of it is carried over. */
const fullPages = 2000
/** Pages that a writer carries over itself before a commit: about as long as a commit takes. */
const fewPages = 256
/** A log that mail fills faster than it is carried over is gone over so often at most before the next turn. */
const mostRounds = 3

/** In the head of the log: a number that grows each time it begins anew (SQLite file format, 4.1). */
const countPlace = 16

/** What a checkpoint has come to, in pages of the database. */
export interface LogState {
  readonly pages: number
  /** Not carried over yet: they came meanwhile, or somebody still reads what they replace. */
  readonly left: number
}

/**
 * Carries what is committed from the log into the database file, over a connection of its own. A writer that does it
 * within its commits keeps mail waiting for 40 to 60 ms every few seconds; here nobody waits (a PASSIVE checkpoint takes
 * no lock that a writer needs).
 */
export class Checkpoints {
  readonly #path: string
  #database: DatabaseSync | null = null

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Answers how much of the log is left; null: somebody else is at it, and it is theirs to do.
   * @throws where the file cannot be written: a checkpoint first notes in memory that is mapped from a file how far it
   * will go, and on a disk that has turned read-only that ends the process (SIGBUS)
   */
  run(): LogState | null {
    accessSync(this.#path, constants.W_OK)
    this.#database ??= new DatabaseSync(this.#path, { timeout: 0 })
    const { busy, log, checkpointed } = this.#database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as {
      busy: number
      log: number
      checkpointed: number
    }
    if (busy !== 0) return null
    // SQLite syncs the file only where nothing is left, which would be the writer's part: all of it in one commit.
    if (checkpointed < log) fdatasyncSync(databaseFile(this.#path))
    return { pages: log, left: log - checkpointed }
  }

  /** Differs from what it was before where the log has begun anew since then. */
  logCount(): number {
    const file = openSync(`${this.#path}-wal`, 'r')
    try {
      const bytes = Buffer.alloc(4)
      readSync(file, bytes, 0, bytes.length, countPlace)
      return bytes.readUInt32BE()
    } finally {
      closeSync(file)
    }
  }
}

export interface CheckpointParts {
  /** Does a checkpoint beside the writer; one that fails is tried again when as much more has been written. */
  readonly run: () => Promise<LogState | null>
  /** Has the writer carry over the little that is left before its next commit, which then begins the log anew. */
  readonly endLog: () => void
}

/** Calls for a checkpoint whenever enough has been written, one at a time, and for the end of a log that is long. */
export class CheckpointTurn {
  readonly #parts: CheckpointParts
  #calls = 0
  #isRunning = false

  constructor(parts: CheckpointParts) {
    this.#parts = parts
  }

  wrote(calls: number): void {
    this.#calls += calls
    if (this.#isRunning || this.#calls < callsBetween) return
    this.#calls = 0
    this.#isRunning = true
    void this.#carryOver()
      .catch(() => undefined)
      .finally(() => {
        this.#isRunning = false
      })
  }

  async #carryOver(): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      const state = await this.#parts.run()
      if (state === null || state.pages < fullPages) return
      if (state.left <= fewPages) return this.#parts.endLog()
    }
  }
}
