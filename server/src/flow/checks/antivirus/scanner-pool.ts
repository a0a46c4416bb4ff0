import { readScannerProof, type ScannerProof } from '#ground/platform/scanner-proof.ts'
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
  readonly #signatures: string
  #turn = 0

  /** @param signatures folder of the sets of signatures; empty: they are kept by somebody else */
  constructor(backends: readonly string[], timeoutMs: number, signatures = '') {
    this.#backends = backends.map((each) => new ScannerBackend(each))
    this.#timeoutMs = timeoutMs
    this.#signatures = signatures
  }

  /**
   * Shows a stream to one scanner. `open` is called anew for each that is tried.
   * @throws ScannerAway where none of them answers, or two went away over this stream
   */
  async scan(open: () => Chunks, signal: AbortSignal): Promise<Scanned> {
    let strikes = 0
    const proves = new Set<string>()
    for (const backend of this.#inOrder()) {
      if (strikes >= mostStrikes) break
      try {
        const scanned = await this.#scanWith(backend, open, signal)
        if (scanned) return scanned
        proves.add(backend.name)
      } catch (cause) {
        if (!(cause instanceof ScannerAway) || signal.aborted) throw cause
        if (cause.connected) strikes += 1
      }
    }
    const reasons = this.states().map(
      ({ name, why }) => `${name}: ${proves.has(name) ? 'it proves a new set of signatures' : why}`,
    )
    throw new ScannerAway(`no scanner answers (${reasons.join('; ')})`)
  }

  /** Null: the scanner had, or may have had, a set that is not proved, whatever it says. */
  async #scanWith(backend: ScannerBackend, open: () => Chunks, signal: AbortSignal): Promise<Scanned | null> {
    const startedAt = Date.now()
    if (isOnProof(this.#proof(), backend.name, startedAt)) return null
    const reply = await backend.scan(open(), this.#timeoutMs, signal)
    const proof = this.#proof()
    const isUnproved = proof?.endedAt === null
    // What has found something is named exactly; for the rest the set of half a minute ago will do.
    const version = await backend.version(reply.kind === 'found' || isUnproved)
    // One that happened to start now has loaded the set that another one proves.
    if (isUnproved && version.definitions === proof?.version) return null
    return isOnProof(proof, backend.name, startedAt) ? null : { reply, backend: backend.name, version }
  }

  #proof(): ScannerProof | null {
    return this.#signatures === '' ? null : readScannerProof(this.#signatures)
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

/** Whether a scanner has tried a set since a moment. */
function isOnProof(proof: ScannerProof | null, scanner: string, since: number): boolean {
  return proof?.scanner === scanner && (proof.endedAt === null || proof.endedAt >= since)
}
