import { EventEmitter } from 'node:events'
import { openDatabase } from '#ground/storage/database/open-database.ts'
import { SqliteStores } from '#ground/storage/database/sqlite-stores.ts'
import {
  type StoreRequest,
  StoreService,
  type StoreThreadData,
} from '#ground/storage/database/store-service.ts'
import { storeRules } from './wiring/store-rules.ts'

/**
 * What store-thread.ts does, without a thread, for unit tests: to start two threads for each empty database took most of their
 * time. All that is said is copied as between threads, and answered in a later turn.
 */
export class StoreHere extends EventEmitter {
  readonly #stores: SqliteStores
  readonly #service: StoreService

  constructor(data: StoreThreadData) {
    super()
    this.#stores = new SqliteStores(openDatabase(data.path, data.mode), data.settings, storeRules)
    this.#service = new StoreService(this.#stores, data)
    setImmediate(() => this.emit('message', 'ready'))
  }

  postMessage(request: StoreRequest | 'close'): void {
    const said = structuredClone(request)
    setImmediate(() => {
      if (said === 'close') {
        this.#stores.database.close()
        this.emit('exit', 0)
      } else this.emit('message', structuredClone(this.#service.serve(said)))
    })
  }
}
