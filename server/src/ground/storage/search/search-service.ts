import type { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../database/open-database.ts'
import { describe, type StoreAnswer } from '../database/sqlite-stores.ts'
import { Statements } from '../database/statements.ts'
import { isDamaged, openIndex, openIndexToRead, setAside } from './search-database.ts'
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

  constructor(data: SearchThreadData) {
    this.#data = data
    this.#ledger = new Statements(openDatabase(data.ledgerPath, 'read'))
    this.#search = new SqliteSearchStore(this.#ledger, () => this.#open())
  }

  answer({ store, method, values }: ThreadCall): StoreAnswer {
    try {
      const target = (store === 'index' ? this.#keep() : this.#search) as unknown as Record<
        string,
        ((...values: readonly unknown[]) => unknown) | undefined
      >
      if (!target[method]) throw new Error(`there is no call ${store}.${method}`)
      return { value: target[method](...values) }
    } catch (cause) {
      this.#recover(cause)
      return { error: describe(cause) }
    }
  }

  close(): void {
    this.#closeIndex()
    this.#ledger.database.close()
  }

  #open(): Statements {
    const { mode, indexPath } = this.#data
    this.#index ??= new Statements(mode === 'write' ? openIndex(indexPath) : openIndexToRead(indexPath))
    return this.#index
  }

  #keep(): SqliteIndexStore {
    this.#keeper ??= new SqliteIndexStore(this.#ledger, this.#open())
    return this.#keeper
  }

  /** Whatever went wrong, the next call opens the file anew: it may have been replaced, or its disk mended. */
  #recover(cause: unknown): void {
    this.#closeIndex()
    if (this.#data.mode === 'write' && isDamaged(cause)) {
      try {
        setAside(this.#data.indexPath)
      } catch {
        // It is gone already; the next call begins a new one.
      }
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
