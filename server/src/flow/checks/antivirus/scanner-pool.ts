import { type Chunks, ScannerAway } from './clamd-exchange.ts'
import type { ScanReply } from './clamd-reply.ts'
import { type BackendState, ScannerBackend } from './scanner-backend.ts'
import type { ScannerVersion } from './scanner-version.ts'

/** One stream looked at. */
export interface Scanned {
  readonly reply: ScanReply
  readonly backend: string
  readonly version: ScannerVersion
}

/** Scanners that one stream may fall over before it is left for later: it must not end all of them. */
const mostStrikes = 2

/** Several scanners that do the same work: the least busy one is asked, and the next one where it goes away. */
export class ScannerPool {
  readonly #backends: readonly ScannerBackend[]
  readonly #timeoutMs: number
  #turn = 0

  constructor(backends: readonly string[], timeoutMs: number) {
    this.#backends = backends.map((each) => new ScannerBackend(each))
    this.#timeoutMs = timeoutMs
  }

  /**
   * Shows a stream to one scanner. `open` is called anew for each that is tried.
   * @throws ScannerAway where none of them answers, or two went away over this stream
   */
  async scan(open: () => Chunks, signal: AbortSignal): Promise<Scanned> {
    let strikes = 0
    for (const backend of this.#inOrder()) {
      if (strikes >= mostStrikes) break
      try {
        const [reply, version] = await Promise.all([
          backend.scan(open(), this.#timeoutMs, signal),
          backend.version(),
        ])
        return { reply, backend: backend.name, version }
      } catch (cause) {
        if (!(cause instanceof ScannerAway) || signal.aborted) throw cause
        if (cause.connected) strikes += 1
      }
    }
    const reasons = this.states().map(({ name, why }) => `${name}: ${why}`)
    throw new ScannerAway(`no scanner answers (${reasons.join('; ')})`)
  }

  states(): BackendState[] {
    return this.#backends.map((each) => each.state())
  }

  /** Asks all of them whether they scan, as far as nothing tells already. */
  async check(): Promise<BackendState[]> {
    await Promise.all(this.#backends.map((each) => each.check()))
    return this.states()
  }

  close(): void {
    for (const each of this.#backends) each.close()
  }

  /** Those that are up, the least busy one first; of equally busy ones each in turn. */
  #inOrder(): ScannerBackend[] {
    const turn = this.#turn++
    const turned = this.#backends.map((_, at) => this.#backends[(at + turn) % this.#backends.length]!)
    return turned.filter((each) => each.isUp).sort((a, b) => a.state().busy - b.state().busy)
  }
}
