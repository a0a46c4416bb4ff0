import { existsSync, rmSync, writeFileSync } from 'node:fs'
import type { SqliteStores, StoreAnswer, StoreCall } from './sqlite-stores.ts'
import type { StoreSettings } from './store-settings.ts'

/** What a store thread is started with. */
export interface StoreThreadData {
  readonly path: string
  readonly mode: 'write' | 'read'
  readonly settings: StoreSettings
  /** A file held back so that a full disk still has room for settling what is on its way; null: none. */
  readonly reserve: { readonly path: string; readonly bytes: number } | null
}

export interface StoreRequest {
  readonly calls: readonly StoreCall[]
}

export interface StoreReply {
  readonly answers: readonly StoreAnswer[]
  /** Time the transaction took, its sync included. */
  readonly tookMs: number
}

/** Answers batches of calls in a store thread: all of a batch in one transaction. */
export class StoreService {
  readonly #stores: SqliteStores
  readonly #data: StoreThreadData

  constructor(stores: SqliteStores, data: StoreThreadData) {
    this.#stores = stores
    this.#data = data
    if (data.reserve !== null) keepReserve(data.reserve)
  }

  serve(request: StoreRequest): StoreReply {
    const started = performance.now()
    const answers =
      this.#data.mode === 'write' ? this.#write(request.calls) : this.#stores.runReads(request.calls)
    return { answers, tookMs: performance.now() - started }
  }

  /** On a full disk the reserve is given up for what settles mail; new mail keeps its refusal. */
  #write(calls: readonly StoreCall[]): StoreAnswer[] {
    const answers = this.#stores.runBatch(calls)
    const { reserve } = this.#data
    const isFull = answers.some((answer) => 'error' in answer && answer.error.code === 'full')
    if (!isFull || reserve === null || !existsSync(reserve.path)) return answers
    rmSync(reserve.path, { force: true })
    return answers.map((answer, index) => {
      const call = calls[index]
      if (!call || !('error' in answer) || call.method === 'accept') return answer
      return this.#stores.runBatch([call])[0] ?? answer
    })
  }
}

/** Makes the reserve; a failure to do so is no reason not to start. */
function keepReserve(reserve: { path: string; bytes: number }): void {
  if (existsSync(reserve.path)) return
  try {
    writeFileSync(reserve.path, Buffer.alloc(reserve.bytes))
  } catch {
    rmSync(reserve.path, { force: true })
  }
}
