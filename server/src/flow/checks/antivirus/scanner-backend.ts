import { readClamdAddress } from './clamd-address.ts'
import { askClamd, type Chunks, ScannerAway } from './clamd-exchange.ts'
import { readScanReply, type ScanReply } from './clamd-reply.ts'
import { readVersion, type ScannerVersion, versionProbe } from './scanner-version.ts'

/** A scan older than this makes us ask whether the scanner still lives: a stopped one takes connections and is silent. */
const doubtAfterMs = 1500
/** Time in which a living scanner answers PING. */
const pingMs = 2000
const lookEveryMs = 500
/** First and longest wait between two probes of a scanner that is away. */
const firstProbeMs = 500
const longestProbeMs = 3000
const versionFreshMs = 30_000

export interface BackendState {
  readonly name: string
  readonly up: boolean
  /** Why it counts as away; empty while it is up. */
  readonly why: string
  readonly busy: number
}

interface UnderWay {
  readonly startedAt: number
  readonly stop: AbortController
}

/**
 * One scanner.
 *
 * up    scans go to it. One that lasts makes us ask PING beside it; no answer to that, or a connection that fails,
 *       and it is away: whatever is under way there ends at once, so that another can be asked.
 * away  nothing goes to it but probes, after 0.5 s, then 1, 2, 3 s. A probe is a scan of its own, so that a
 *       scanner that answers PING without having loaded anything is not taken for a living one.
 */
export class ScannerBackend {
  readonly name: string
  readonly #address: ReturnType<typeof readClamdAddress>
  readonly #underWay = new Set<UnderWay>()
  #why = ''
  #watch: NodeJS.Timeout | null = null
  #probe: NodeJS.Timeout | null = null
  #probeWaitMs = firstProbeMs
  #doubting = false
  #version: { readonly at: number; readonly asked: Promise<ScannerVersion> } | null = null
  #closed = false

  constructor(name: string) {
    this.name = name
    this.#address = readClamdAddress(name)
  }

  get isUp(): boolean {
    return this.#why === ''
  }

  state(): BackendState {
    return { name: this.name, up: this.isUp, why: this.#why, busy: this.#underWay.size }
  }

  /** @throws ScannerAway where it gives no answer; the same bytes may be shown to another */
  async scan(chunks: Chunks, timeoutMs: number, signal: AbortSignal): Promise<ScanReply> {
    const entry = { startedAt: performance.now(), stop: new AbortController() }
    let late = false
    const timer = setTimeout(() => {
      late = true
      entry.stop.abort()
    }, timeoutMs)
    const given = () => entry.stop.abort()
    signal.addEventListener('abort', given)
    this.#underWay.add(entry)
    this.#watch ??= setInterval(() => this.#doubt(), lookEveryMs)
    try {
      return readScanReply(await askClamd(this.#address, 'INSTREAM', chunks, entry.stop.signal))
    } catch (cause) {
      // It lives, as its PING says; this scan only takes too long, and another scanner would take as long.
      if (late && this.isUp) return { kind: 'error', why: `it took longer than ${timeoutMs} ms` }
      if (cause instanceof ScannerAway && !signal.aborted) this.#leave(this.#why || cause.message)
      throw cause
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', given)
      this.#underWay.delete(entry)
      if (this.#underWay.size === 0) this.#endWatch()
    }
  }

  /** Engine and definitions that it has loaded, at most half a minute old unless asked anew; unknown where it does not say. */
  version(anew = false): Promise<ScannerVersion> {
    const now = performance.now()
    if (anew || this.#version === null || now - this.#version.at > versionFreshMs)
      this.#version = { at: now, asked: this.#askVersion() }
    return this.#version.asked
  }

  /** Whether it scans now. Takes it out, or brings it back, by what it finds. */
  async check(): Promise<boolean> {
    try {
      const reply = await askClamd(
        this.#address,
        'INSTREAM',
        [versionProbe],
        AbortSignal.timeout(pingMs + doubtAfterMs),
      )
      const read = readScanReply(reply)
      if (read.kind === 'error') throw new ScannerAway(read.why)
      this.#return()
    } catch (cause) {
      this.#leave((cause as Error).message)
    }
    return this.isUp
  }

  close(): void {
    this.#closed = true
    this.#endWatch()
    if (this.#probe) clearTimeout(this.#probe)
    for (const each of this.#underWay) each.stop.abort()
  }

  #doubt(): void {
    const now = performance.now()
    const lasting = [...this.#underWay].some((each) => now - each.startedAt > doubtAfterMs)
    if (!lasting || this.#doubting) return
    this.#doubting = true
    void askClamd(this.#address, 'PING', null, AbortSignal.timeout(pingMs))
      .then((reply) => {
        if (!reply.startsWith('PONG')) this.#leave(`it answered PING with "${reply.slice(0, 100)}"`)
      })
      .catch((cause: unknown) => this.#leave((cause as Error).message))
      .finally(() => {
        this.#doubting = false
      })
  }

  #leave(why: string): void {
    if (this.#closed) return
    if (this.isUp) this.#probeWaitMs = firstProbeMs
    this.#why = why || 'it does not answer'
    this.#version = null
    for (const each of this.#underWay) each.stop.abort()
    if (this.#probe !== null) return
    this.#probe = setTimeout(() => {
      this.#probe = null
      void this.check()
    }, this.#probeWaitMs)
    this.#probe.unref()
    this.#probeWaitMs = Math.min(this.#probeWaitMs * 2, longestProbeMs)
  }

  #return(): void {
    this.#why = ''
    if (this.#probe) clearTimeout(this.#probe)
    this.#probe = null
  }

  #endWatch(): void {
    if (this.#watch) clearInterval(this.#watch)
    this.#watch = null
  }

  async #askVersion(): Promise<ScannerVersion> {
    const ask = (command: 'VERSION' | 'INSTREAM', chunks: Chunks | null) =>
      askClamd(this.#address, command, chunks, AbortSignal.timeout(pingMs)).catch(() => '')
    const [probe, version] = await Promise.all([ask('INSTREAM', [versionProbe]), ask('VERSION', null)])
    return readVersion(readScanReply(probe), version)
  }
}
