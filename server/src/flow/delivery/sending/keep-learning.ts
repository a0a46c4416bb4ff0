import type { Log } from '#ground/platform/log.ts'
import type { AddressBook } from './address-book.ts'
import type { Meter } from './meter.ts'
import type { Path } from './path.ts'
import type { Senders } from './senders.ts'
import { dayOf, type SendingStore } from './sending-store.ts'
import { longestWarmUpMs } from './warm-up.ts'

export interface KeepLearningOptions {
  readonly store: SendingStore
  /** The same on the reading thread. */
  readonly reader: SendingStore
  readonly senders: Senders
  readonly meter: Meter
  readonly book: AddressBook
  readonly now: () => number
  readonly log: Log
}

const everyMs = 3000
const todayEveryMs = 60_000
/** What was learnt so long ago, and has not changed since, counts no more. */
export const learningKeptMs = 7 * 86_400_000
/** Paths that are taken up at the start. */
const mostPaths = 20_000
/** Paths that are kept at a time. */
const batch = 1000

/**
 * Keeps what senders learn over restarts, and brings changed addresses into force. Mail waits for none of it: what
 * cannot be kept or read is tried again with the next round.
 */
export class KeepLearning {
  readonly #options: KeepLearningOptions
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | null = null
  #learntFor = ''
  #todayAt = 0

  constructor(options: KeepLearningOptions) {
    this.#options = options
  }

  /** Takes up addresses and what was learnt of old; before the first message leaves. Never throws. */
  async load(): Promise<void> {
    const { reader, senders, book, now } = this.#options
    await this.#try('addresses and what they have learnt could not be read', async () => {
      await book.look()
      for (const { ip, receiver, memory } of await reader.paths(now() - learningKeptMs, mostPaths))
        if (memory) senders.path(ip, receiver).restore(memory, now())
      await this.#readFigures()
    })
  }

  start(): void {
    this.#timer = setInterval(() => void this.round(), everyMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
    await this.#flush()
  }

  /** Keeps what is new, and looks for what has changed. One at a time. */
  async round(): Promise<void> {
    if (this.#running) return this.#running
    this.#running = this.#try('addresses could not be read', async () => {
      await this.#flush()
      await this.#options.book.look()
      await this.#readFigures()
    })
    await this.#running
    this.#running = null
  }

  async #flush(): Promise<void> {
    const { store, senders, meter, now } = this.#options
    const { lines, done } = meter.take()
    const paths = [...senders.changed(batch)]
    await this.#try('what addresses have carried could not be kept', async () => {
      let isKept = false
      try {
        if (lines.length > 0) await store.addCounts(lines)
        isKept = true
      } finally {
        done(isKept)
      }
      const changedAt = now()
      if (paths.length > 0) await this.#keepPaths(paths, changedAt)
    })
  }

  /** What a path learns while this is written is kept with the next round. */
  async #keepPaths(paths: readonly Path[], changedAt: number): Promise<void> {
    const kept = paths.map((each) => ({
      ...{ ip: each.ip, receiver: each.receiver, memory: each.memory(), changedAt },
    }))
    for (const each of paths) each.isChanged = false
    try {
      await this.#options.store.putPaths(kept)
    } catch (cause) {
      for (const each of paths) each.isChanged = true
      throw cause
    }
  }

  /** Figures of addresses that grow: days before when one begins or a day does, today now and then for what others sent. */
  async #readFigures(): Promise<void> {
    const { reader, meter, book, now } = this.#options
    const growing = book.growing().map((each) => each.ip)
    const at = now()
    const today = dayOf(at)
    const learnFor = `${today} ${growing.toSorted().join(' ')}`
    const isNew = learnFor !== this.#learntFor
    if (growing.length === 0 || (!isNew && at - this.#todayAt < todayEveryMs)) return
    if (isNew) {
      const since = new Map(book.growing().map((each) => [each.ip, dayOf(each.warmUp?.since ?? 0)]))
      const lines = await reader.counts(dayOf(at - longestWarmUpMs), growing)
      meter.learn(
        lines.filter(({ ip, day }) => day < today && day >= (since.get(ip) ?? '')),
        'before',
      )
      this.#learntFor = learnFor
    }
    meter.learn(await reader.counts(today, growing), 'today')
    this.#todayAt = at
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      this.#options.log.warn({ cause: String(cause) }, `${what}; tried again in a few seconds`)
    }
  }
}
