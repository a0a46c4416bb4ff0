import { accessSync, constants } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Calls that write after which it is time for a checkpoint: some megabytes of log. */
const callsBetween = 300

/**
 * Carries what is committed from the log into the database file, over a connection of its own. A writer that does it
 * within its commits keeps mail waiting for 40 to 60 ms every few seconds; here nobody waits (a PASSIVE checkpoint takes
 * no lock that a writer needs). What little came meanwhile is left to the writer, so that the log can begin anew.
 */
export class Checkpoints {
  readonly #path: string
  #database: DatabaseSync | null = null

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Answers whether the whole log is carried over. Somebody else may be at it: then it is theirs to do.
   * @throws where the file cannot be written: a checkpoint first notes in memory that is mapped from a file how far it
   * will go, and on a disk that has turned read-only that ends the process (SIGBUS)
   */
  run(): boolean {
    accessSync(this.#path, constants.W_OK)
    this.#database ??= new DatabaseSync(this.#path, { timeout: 0 })
    const found = this.#database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as {
      busy: number
      log: number
      checkpointed: number
    }
    return found.busy === 0 && found.log === found.checkpointed
  }
}

/** Calls for a checkpoint whenever enough has been written, one at a time. */
export class CheckpointTurn {
  readonly #run: () => Promise<unknown>
  #calls = 0
  #isRunning = false

  /** @param run does a checkpoint; one that fails is tried again when as much more has been written */
  constructor(run: () => Promise<unknown>) {
    this.#run = run
  }

  wrote(calls: number): void {
    this.#calls += calls
    if (this.#isRunning || this.#calls < callsBetween) return
    this.#calls = 0
    this.#isRunning = true
    void this.#run()
      .catch(() => undefined)
      .finally(() => {
        this.#isRunning = false
      })
  }
}
