import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placeFreshDatabase } from '#ground/storage/database/fresh-database.ts'
import { openThreadedStores, type ThreadedStores } from '#ground/storage/database/threaded-stores.ts'
import { StoreHere } from './store-here.ts'

/** The stores of one engine, opened on nothing, for the contract test. */
export interface OpenEngine {
  readonly stores: ThreadedStores
  /** Folder of the data, where the engine has one. */
  readonly folder: string
  /** Opens the same data once more, as another process would. */
  reopen(): Promise<ThreadedStores>
  close(): Promise<void>
}

export interface Engine {
  readonly name: string
  /** Why this engine cannot be tried here; null: it can. */
  readonly missing: () => string | null
  open(): Promise<OpenEngine>
}

function openSqlite(folder: string): Promise<ThreadedStores> {
  return openThreadedStores({
    settings: {
      folder,
      node: 'node-1',
      keepReturnedMs: 1000,
      lives: { inbound: 3000, outbound: 2000, own: 1000 },
    },
    reserveBytes: 0,
    threadEntry: (data) => new StoreHere(data),
    onCommit: () => undefined,
  })
}

/** Every engine that the stores exist for; an engine is done when the whole contract holds for it. */
export const engines: readonly Engine[] = [
  {
    name: 'sqlite',
    missing: () => null,
    async open() {
      const folder = mkdtempSync(join(tmpdir(), 'mailkeep-store-'))
      placeFreshDatabase(folder)
      const opened = [await openSqlite(folder)]
      return {
        stores: opened[0] as ThreadedStores,
        folder,
        async reopen() {
          const again = await openSqlite(folder)
          opened.push(again)
          return again
        },
        async close() {
          for (const each of opened) await each.stop()
          rmSync(folder, { recursive: true, force: true })
        },
      }
    },
  },
]
