import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { openDatabase } from '#ground/storage/database/open-database.ts'
import { SqliteStores } from '#ground/storage/database/sqlite-stores.ts'
import {
  type StoreRequest,
  StoreService,
  type StoreThreadData,
} from '#ground/storage/database/store-service.ts'

import { storeRules } from './wiring/store-rules.ts'

/**
 * The thread that owns a connection to the embedded database: it computes and syncs, so that sockets
 * never wait for a disk. One thread writes, another reads for people.
 */
const data = workerData as StoreThreadData
const port = parentPort
if (!port) throw new Error('store-thread.ts runs as a thread only')

// People can wait a moment longer than mail.
if (data.mode === 'read') yieldToMail(niceness.reading)
const stores = new SqliteStores(openDatabase(data.path, data.mode), data.settings, storeRules)
const service = new StoreService(stores, data)
port.on('message', (request: StoreRequest | 'close') => {
  if (request === 'close') {
    stores.database.close()
    port.close()
  } else port.postMessage(service.serve(request))
})
port.postMessage('ready')
flushCompileCache()
