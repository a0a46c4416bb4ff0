import type { DatabaseSync } from 'node:sqlite'
import { DiskReserve } from './disk-reserve.ts'
import type { SqliteStores, StoreCall } from './sqlite-stores.ts'
import type { StoreAnswer } from './store-answer.ts'
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
  /** Carries over what little of the log is left before these calls and the next ones, until they begin it anew. */
  readonly endsLog?: boolean
}

/** What the transaction of a batch took, in ms. */
export interface CommitTimes {
  /** All of it. */
  readonly tookMs: number
  /** Until nobody else wrote. */
  readonly lockMs: number
  /** Until the disk had it. */
  readonly syncMs: number
}

export interface StoreReply extends CommitTimes {
  /** Whether any of the calls has changed something that is durable now: what only reads says nothing of the disk. */
  readonly hasWritten: boolean
  readonly answers: readonly StoreAnswer[]
}

/** How often it is tried to begin the log anew before that is left for the next turn, and how far apart: each is a sync. */
const mostEnds = 16
const betweenEndsMs = 100

/** Answers batches of calls in a store thread: all of a batch in one transaction. */
export class StoreService {
  readonly #stores: SqliteStores
  readonly #data: StoreThreadData
  readonly #reserve: DiskReserve | null
  #endsLeft = 0
  #nextEnd = 0
  #logCount = 0

  constructor(stores: SqliteStores, data: StoreThreadData) {
    this.#stores = stores
    this.#data = data
    const reusable = () => freeWithin(stores.database)
    this.#reserve = data.reserve && new DiskReserve(data.reserve.path, data.reserve.bytes, reusable)
    this.#reserve?.leavesRoom()
  }

  serve(request: StoreRequest): StoreReply {
    const started = performance.now()
    const { lockMs, syncMs } = this.#stores.spent
    const { written } = this.#stores
    if (request.endsLog) [this.#endsLeft, this.#nextEnd] = [mostEnds, 0]
    if (this.#endsLeft > 0 && started >= this.#nextEnd) this.#endLog()
    const answers =
      this.#data.mode === 'write' ? this.#write(request.calls) : this.#stores.runReads(request.calls)
    const { spent } = this.#stores
    return {
      ...{ hasWritten: this.#stores.written > written },
      ...{ answers, tookMs: performance.now() - started },
      ...{ lockMs: spent.lockMs - lockMs, syncMs: spent.syncMs - syncMs },
    }
  }

  /** Tried again while somebody reads from the log at that very moment, which keeps it from beginning anew. */
  #endLog(): void {
    const { checkpoints } = this.#stores
    try {
      const count = checkpoints.logCount()
      this.#endsLeft = this.#endsLeft < mostEnds && count !== this.#logCount ? 0 : this.#endsLeft - 1
      this.#logCount = count
      this.#nextEnd = performance.now() + betweenEndsMs
      if (this.#endsLeft > 0) checkpoints.run()
    } catch {
      // The calls themselves tell what is wrong with the disk.
      this.#endsLeft = 0
    }
  }

  /**
   * On a full disk the reserve is given up for what settles mail. New mail keeps its refusal until there is
   * room again: it would eat what is left, and nothing could leave any more.
   */
  #write(calls: readonly StoreCall[]): StoreAnswer[] {
    const refuses = calls.some(isAccept) && this.#reserve?.leavesRoom() === false
    const taken = refuses ? calls.filter((call) => !isAccept(call)) : calls
    const answers = this.#settle(taken)
    if (!refuses) return answers
    const rest = answers.values()
    return calls.map((call) => (isAccept(call) ? noRoom : (rest.next().value ?? noRoom)))
  }

  #settle(calls: readonly StoreCall[]): StoreAnswer[] {
    const answers = this.#stores.runBatch(calls)
    if (!answers.some(isFull) || !this.#reserve?.giveUp()) return answers
    return answers.map((answer, index) => {
      const call = calls[index]
      if (!call || !('error' in answer) || isAccept(call)) return answer
      return this.#stores.runBatch([call])[0] ?? answer
    })
  }
}

const noRoom: StoreAnswer = { error: { code: 'full', text: 'the disk is full' } }

const isAccept = (call: StoreCall): boolean => call.method === 'accept'
const isFull = (answer: StoreAnswer): boolean => 'error' in answer && answer.error.code === 'full'

function freeWithin(database: DatabaseSync): number {
  const { freelist_count: pages } = database.prepare('PRAGMA freelist_count').get() as {
    freelist_count: number
  }
  const { page_size: size } = database.prepare('PRAGMA page_size').get() as { page_size: number }
  return pages * size
}
