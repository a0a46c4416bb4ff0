import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../database/open-database.ts'
import { Statements } from '../database/statements.ts'
import { describe, type StoreAnswer } from '../database/store-answer.ts'
import {
  isDamaged,
  isMissing,
  NotBuilt,
  openEmptyIndex,
  openIndex,
  openIndexToRead,
  setAside,
} from './search-database.ts'
import { SqliteIndexStore } from './sqlite-index-store.ts'
import { SqliteSearchStore } from './sqlite-search-store.ts'
import type { ThreadCall } from './thread-client.ts'

/** What a thread of the index is started with. */
export interface SearchThreadData {
  readonly ledgerPath: string
  readonly indexPath: string
  /** write: it keeps the index; read: it only asks it. */
  readonly mode: 'write' | 'read'
}

/** Answers calls to the index in a thread of its own; what fails is tried from the opening on at the next call. */
export class SearchService {
  readonly #data: SearchThreadData
  readonly #ledger: Statements
  readonly #search: SqliteSearchStore
  #index: Statements | null = null
  #keeper: SqliteIndexStore | null = null
  /** Which file is open, whatever its name is by now. */
  #file = ''
  /** Asked in place of an index that is gone or damaged: what is new stands in the ledger, and how far that goes is told. */
  #empty: SqliteSearchStore | null = null

  constructor(data: SearchThreadData) {
    this.#data = data
    this.#ledger = new Statements(openDatabase(data.ledgerPath, 'read'))
    this.#search = new SqliteSearchStore(this.#ledger, () => this.#open())
  }

  answer(asked: ThreadCall): StoreAnswer {
    try {
      return {
        value: this.#atOneMoment(() => call(asked.store === 'index' ? this.#keep() : this.#search, asked)),
      }
    } catch (cause) {
      this.#recover(cause)
      return this.#data.mode === 'read' && isMissing(cause)
        ? this.#answerWithout(asked)
        : { error: describe(cause) }
    }
  }

  /**
   * All that a call reads of the ledger is of one moment. While mail is written each statement by itself would begin with
   * nothing in memory: every commit makes what was read before it void.
   */
  #atOneMoment<Answer>(work: () => Answer): Answer {
    const { database } = this.#ledger
    database.exec('BEGIN')
    try {
      return work()
    } finally {
      // Where the disk fails SQLite rolls back by itself, even for what only reads.
      if (database.isTransaction) database.exec('ROLLBACK')
    }
  }

  /** What people may know while there is no index: nobody is turned away because of it. */
  #answerWithout(asked: ThreadCall): StoreAnswer {
    try {
      this.#empty ??= emptySearch(this.#ledger)
      return { value: call(this.#empty, asked) }
    } catch (cause) {
      return { error: describe(cause) }
    }
  }

  close(): void {
    this.#closeIndex()
    this.#ledger.database.close()
  }

  #open(): Statements {
    const { mode, indexPath } = this.#data
    // Another file may lie there by now: one that was built anew, or none because its disk is away.
    if (existsSync(doubted(indexPath))) {
      this.#closeIndex()
      // What one call has met others may not, and they would say that nothing is wrong.
      if (mode === 'read') throw new NotBuilt()
      this.#giveUp()
      rmSync(doubted(indexPath), { force: true })
    }
    const file = fileAt(indexPath)
    if (file !== this.#file) this.#closeIndex()
    this.#index ??= new Statements(mode === 'write' ? openIndex(indexPath) : openIndexToRead(indexPath))
    this.#file = fileAt(indexPath)
    return this.#index
  }

  #keep(): SqliteIndexStore {
    const index = this.#open()
    this.#keeper ??= new SqliteIndexStore(this.#ledger, index)
    return this.#keeper
  }

  /** Whatever went wrong, the next call opens the file anew: it may have been replaced, or its disk mended. */
  #recover(cause: unknown): void {
    this.#closeIndex()
    if (isDamaged(cause)) this.#giveUp()
  }

  /** Only who writes may put it away; who reads leaves a word for him, and he looks at each of his calls. */
  #giveUp(): void {
    const { mode, indexPath } = this.#data
    try {
      if (mode === 'write') setAside(indexPath)
      else writeFileSync(doubted(indexPath), '')
    } catch {
      // It is gone already, or nothing can be written there: the next call finds out.
    }
  }

  #closeIndex(): void {
    const database: DatabaseSync | undefined = this.#index?.database
    this.#index = null
    this.#keeper = null
    try {
      database?.close()
    } catch {
      // A connection that cannot even be closed is left behind.
    }
  }
}

/** @throws Error for a call that there is not, and what the call throws */
function call(target: object, { store, method, values }: ThreadCall): unknown {
  const calls = target as Record<string, ((...values: readonly unknown[]) => unknown) | undefined>
  if (!calls[method]) throw new Error(`there is no call ${store}.${method}`)
  return calls[method](...values)
}

function emptySearch(ledger: Statements): SqliteSearchStore {
  const index = new Statements(openEmptyIndex())
  return new SqliteSearchStore(ledger, () => index)
}

/** Says that whoever reads has found damage. */
function doubted(path: string): string {
  return `${path}.doubted`
}

/** What tells a file from another one of the same name; empty: there is none. */
function fileAt(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.dev} ${found.ino}` : ''
}
