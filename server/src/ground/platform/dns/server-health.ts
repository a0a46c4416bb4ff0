import type { DnsServerAddress } from './dns-server-address.ts'

/** Look-ups in a row without any reply, after which a server must prove that it lives. */
const suspectAfter = 3
/** First and longest wait between two probes of a server that is down. */
const firstProbeMs = 1000
const longestProbeMs = 10_000

/** What the platform shows of one DNS server. */
export interface DnsServerState {
  readonly server: string
  readonly up: boolean
  readonly asked: number
  /** Replies that say something: records, no data, no such name. */
  readonly answered: number
  readonly servfail: number
  readonly refused: number
  readonly timeout: number
}

/** Asks the server something that any resolver knows; true when any reply came. */
export type Probe = (server: DnsServerAddress) => Promise<boolean>

/**
 * Remembers which of the servers live.
 *
 * up    look-ups go to it. Three in a row without any reply: a probe is sent, and only when that gets
 *       no reply either is the server down. Mail can make us ask for names whose own servers are
 *       silent; such silence alone must not take a working resolver out.
 * down  look-ups skip it, so that a dead server costs nothing. Look-ups that come by start a probe
 *       after 1 s, then 2, 4, ... 10 s; the first reply to one brings the server up again.
 */
export class ServerHealth {
  readonly server: DnsServerAddress
  readonly #probe: Probe
  readonly #now: () => number
  #silences = 0
  #up = true
  #probing = false
  #probeAt = 0
  #probeWaitMs = firstProbeMs
  #counts = { asked: 0, answered: 0, servfail: 0, refused: 0, timeout: 0 }

  constructor(server: DnsServerAddress, probe: Probe, now: () => number) {
    this.server = server
    this.#probe = probe
    this.#now = now
  }

  /** Whether look-ups may go to this server. Asking while it is down may start a probe behind. */
  isUp(): boolean {
    if (!this.#up && !this.#probing && this.#now() >= this.#probeAt) void this.#sendProbe()
    return this.#up
  }

  /** Takes in what became of one look-up. */
  count(status: 'answered' | 'servfail' | 'refused' | 'timeout', reached: boolean): void {
    this.#counts.asked += 1
    this.#counts[status] += 1
    if (reached) this.#revive()
    else if (++this.#silences >= suspectAfter && this.#up && !this.#probing) void this.#sendProbe()
  }

  state(): DnsServerState {
    return { server: this.server.text, up: this.#up, ...this.#counts }
  }

  async #sendProbe(): Promise<void> {
    this.#probing = true
    const alive = await this.#probe(this.server)
    this.#probing = false
    if (alive) return this.#revive()
    this.#probeWaitMs = this.#up ? firstProbeMs : Math.min(this.#probeWaitMs * 2, longestProbeMs)
    this.#probeAt = this.#now() + this.#probeWaitMs
    this.#up = false
  }

  #revive(): void {
    this.#silences = 0
    this.#up = true
    this.#probeWaitMs = firstProbeMs
  }
}
