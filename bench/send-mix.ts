/** Sends the mix of mail: a process of its own (mix-source.ts), so that what measures does not wait for what sends. */
import { performance } from 'node:perf_hooks'
import { type MixedMail, mailNumber, readMailMix } from './mail-mix.ts'
import { MixConnection } from './mix-connection.ts'
import type { MixLoad, MixSent } from './mix-source.ts'

class MixSender {
  readonly #load: MixLoad
  readonly #mix: readonly MixedMail[]
  readonly #done = Promise.withResolvers<MixSent>()
  readonly #others: Record<string, number> = {}
  readonly #tookMs: number[] = []
  readonly #startedAt = performance.now()
  #next = 0
  #settled = 0

  constructor(load: MixLoad, mix: readonly MixedMail[]) {
    this.#load = load
    this.#mix = mix
  }

  run(): Promise<MixSent> {
    for (let i = 0; i < this.#load.connections; i++) this.#connect()
    return this.#done.promise
  }

  /** The next message, and how long to wait before it is due; null: there are none left. */
  #take(): { number: number; waitMs: number } | null {
    const { first, messages, rate } = this.#load
    if (this.#next >= messages) return null
    const at = this.#next++
    const due = rate ? this.#startedAt + (at / rate) * 1000 : 0
    return { number: first + at, waitMs: Math.max(0, due - performance.now()) }
  }

  #connect(): void {
    const first = this.#take()
    if (!first) return
    let left = this.#load.perConnection
    const open = () =>
      new MixConnection({
        port: this.#load.port,
        first: first.number,
        rcptTo: this.#load.rcptTo,
        mail: (number) => mailNumber(this.#mix, number),
        settled: (reply, tookMs) => this.#settle(reply, tookMs),
        next: () => (--left > 0 ? this.#take() : null),
        closed: () => this.#connect(),
      })
    if (first.waitMs > 0) setTimeout(open, first.waitMs)
    else open()
  }

  #settle(reply: string, tookMs: number): void {
    if (reply.startsWith('250')) this.#tookMs.push(tookMs)
    else {
      const kind = reply.slice(0, 80).replace(/\[[^\]]*\]/, '')
      this.#others[kind] = (this.#others[kind] ?? 0) + 1
    }
    if (++this.#settled < this.#load.messages) return
    this.#done.resolve({
      accepted: this.#tookMs.length,
      others: this.#others,
      startedAt: performance.timeOrigin + this.#startedAt,
      tookMs: this.#tookMs,
    })
  }
}

const mix = readMailMix()
process.on('message', (load: MixLoad) => {
  void new MixSender(load, mix).run().then((sent) => process.send?.(sent))
})
process.on('disconnect', () => process.exit())
