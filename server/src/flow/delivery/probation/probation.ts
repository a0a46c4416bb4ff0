import type { DeliveryKey } from '#flow/spool/message.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Log } from '#ground/platform/log.ts'
import { worseThanPeers } from './compare-peers.ts'
import type { HopTries } from './hop-tries.ts'
import type { NodeBoard, NodeLine, Standing } from './node-board.ts'
import { PeerWatch } from './peer-watch.ts'
import type { StepFault } from './try-out.ts'

export interface ProbationOptions {
  readonly board: NodeBoard
  readonly instance: string
  /** How alarms name this process. */
  readonly subject: string
  readonly isOn: boolean
  /** How long each share is carried before the next. */
  readonly stepMs: number
  /** Version of the directory that this process works with. */
  readonly snapshot: () => number | null
  readonly tries: HopTries
  /** Deliveries that have come to the site within the last minute. */
  readonly cameInMinute: () => Promise<number>
  /** Sends one synthetic message to each next hop that it is tried at. Never throws. */
  readonly tryOut: () => Promise<StepFault | null>
  /** Gives back everything that was claimed and not begun. */
  readonly release: () => Promise<void>
  readonly alarms: Alarms
  readonly clock: Clock
  /** Milliseconds that no change of the clock moves. */
  readonly steady: () => number
  readonly log: Log
}

const tickEveryMs = 1000
const tellEveryMs = 2000
/** Synthetic messages that must go through one after another. */
export const neededPasses = 20
/** Percent of the mail, one step after another, before a process has the share of any other. */
const shares = [1, 10] as const
const triesAgainMs = 5000
/** Messages that were put off here, to be made due for the others when this process is taken out. */
const mostRemembered = 10_000
/** What is saved up of a small share while nothing is due. */
const mostSavedMs = 10_000

/**
 * Whether this process may send mail (N-02). One that starts while others send is on trial: it gets no mail of people
 * before twenty synthetic messages in a row went over its real next hops, then a hundredth of the mail, then a tenth,
 * then all of its share. One whose mail next hops take less of than of the others' is taken out and begins anew.
 *
 * The first process never waits, and neither does one whose peers are all gone: there would be nobody to carry its mail
 * meanwhile, so waiting could only delay it. What it has not proved by then it may not bounce either (`mayReturn`).
 */
export class Probation {
  readonly #options: ProbationOptions
  readonly #peers: PeerWatch
  #standing: Standing
  #isProven = false
  #saved = 0
  #perMinute = 0
  #savedAt = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #triesAgainAt = 0
  #isTrying = false
  #isTicking = false
  #timer: NodeJS.Timeout | null = null
  #putOff = new Map<string, DeliveryKey>()

  constructor(options: ProbationOptions) {
    this.#options = options
    this.#peers = new PeerWatch(options.instance, options.clock, options.steady)
    const kind = options.isOn ? 'looking' : 'full'
    this.#standing = {
      ...{ kind, percent: options.isOn ? 0 : 100, passed: 0, step: '', why: '' },
      since: options.clock.now(),
    }
    this.#isProven = !options.isOn
  }

  /** Looks who else is there; awaited before the first message, so that a process that is alone never waits. */
  async start(): Promise<void> {
    if (!this.#options.isOn) return
    await this.tick()
    this.#timer = setInterval(() => void this.tick(), tickEveryMs)
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
  }

  get standing(): Standing {
    return this.#standing
  }

  /** Whether it takes mail that comes in here at once, and looks after what waits too long. */
  get isFull(): boolean {
    return this.#standing.kind === 'full'
  }

  /** Whether it may send any mail of people; what was being claimed when that ended is given back. */
  get mayCarry(): boolean {
    return this.isFull || this.#standing.kind === 'share'
  }

  /** Whether a refusal that this process met may end a delivery: else another process has to hear it as well. */
  get mayReturn(): boolean {
    return this.isFull && this.#isProven
  }

  /** Takes as many of `wanted` messages from the store as it may now; what was not found there is given back by `refund`. */
  take(wanted: number): number {
    if (this.isFull) return wanted
    if (this.#standing.kind !== 'share') return 0
    const now = this.#options.steady()
    const perMs = (this.#perMinute / 60_000) * (this.#standing.percent / 100)
    const most = Math.max(1, perMs * mostSavedMs)
    this.#saved = Math.min(most, this.#saved + (now - this.#savedAt) * perMs)
    this.#savedAt = now
    const taken = Math.min(wanted, Math.floor(this.#saved))
    this.#saved -= taken
    return taken
  }

  refund(count: number): void {
    this.#saved += count
  }

  /** What a next hop made of a message of people. `went`: it took it, or refused it for what it is. */
  note(hop: string, went: boolean, key: DeliveryKey): void {
    if (!this.#options.isOn) return
    this.#options.tries.note(hop, went)
    const name = `${key.messageId} ${key.n}`
    if (went) this.#putOff.delete(name)
    else if (this.#putOff.size < mostRemembered) this.#putOff.set(name, key)
  }

  /** One round; run each second. Never throws: what cannot be read leaves everything as it is. */
  async tick(): Promise<void> {
    if (this.#isTicking) return
    this.#isTicking = true
    try {
      const nodes = await this.#options.board.nodes()
      this.#peers.look(nodes)
      await this.#step(nodes)
      await this.#tell(nodes)
    } catch (cause) {
      this.#options.log.warn({ cause: String(cause) }, 'other processes that send could not be seen')
    } finally {
      this.#isTicking = false
    }
  }

  async #step(nodes: readonly NodeLine[]): Promise<void> {
    const { kind } = this.#standing
    const ahead = this.#peers.ahead(nodes)
    if (ahead === 'unknown') return
    if (ahead.length === 0) {
      // Whoever was alone from the beginning has nobody to be compared with.
      if (kind === 'looking') this.#isProven = true
      if (kind !== 'full') this.#change({ kind: 'full', percent: 100 })
      return
    }
    if (kind === 'looking') {
      this.#change({ kind: 'trial', percent: 0 })
      return
    }
    if (kind === 'full' && !this.#isProven) {
      // It carried what nobody else was there for; now somebody is.
      this.#change({ kind: 'trial', percent: 0 })
      return this.#options.release()
    }
    if (kind === 'trial') await this.#hurryPutOff()
    const fault = this.#ownFault(ahead)
    if (fault) return this.#takeOut(fault)
    if (kind === 'trial') {
      this.#tryOut()
      return
    }
    const worse = worseThanPeers(
      this.#options.tries.sums(),
      ahead.map((each) => each.tries),
    )
    if (worse)
      return this.#takeOut({
        step: 'next hop',
        why: `${worse.failed} of ${worse.tried} tries at ${worse.hop} failed, ${worse.points} points more than those of other processes`,
      })
    if (kind === 'share') await this.#grow()
  }

  /** What is wrong with this process as the others show it: its clock, or its directory. */
  #ownFault(ahead: readonly NodeLine[]): StepFault | null {
    const offMs = this.#peers.clockOff(ahead)
    if (offMs !== null)
      return {
        step: 'clock',
        why: `its clock is ${Math.round(Math.abs(offMs) / 1000)} s ${offMs > 0 ? 'ahead of' : 'behind'} that of other processes`,
      }
    const version = this.#options.snapshot()
    const newer = this.#peers.newerSnapshot(ahead, version)
    return newer === null
      ? null
      : {
          step: 'route',
          why: `its directory is version ${version ?? 'none'}, that of other processes ${newer}: it would send mail by old routes`,
        }
  }

  /** Sends the next synthetic message, beside the rounds: a next hop that says nothing takes its time. */
  #tryOut(): void {
    const { steady, tryOut } = this.#options
    if (this.#isTrying || steady() < this.#triesAgainAt) return
    this.#isTrying = true
    void this.#tryUntilDone(tryOut).finally(() => {
      this.#isTrying = false
    })
  }

  async #tryUntilDone(tryOut: ProbationOptions['tryOut']): Promise<void> {
    for (let passed = 1; passed <= neededPasses; passed++) {
      const fault = await tryOut()
      // The others may have gone meanwhile, or shown something that is wrong with it.
      if (this.#standing.kind !== 'trial' || this.#standing.passed !== passed - 1) return
      if (fault) return this.#fail(fault)
      this.#standing = { ...this.#standing, passed }
    }
    this.#isProven = true
    this.#options.alarms.clear('node-unfit', this.#options.subject)
    this.#change({ kind: 'share', percent: shares[0] })
  }

  #fail({ step, why }: StepFault): void {
    const { alarms, subject, steady } = this.#options
    this.#triesAgainAt = steady() + triesAgainMs
    if (step !== this.#standing.step) alarms.clear('node-unfit', subject)
    this.#standing = { ...this.#standing, passed: 0, step, why }
    this.#toldAt = Number.NEGATIVE_INFINITY
    alarms.raise(
      'node-unfit',
      subject,
      `${subject} sends no mail of people; what does not work: ${step}: ${why}`,
    )
  }

  async #takeOut(fault: StepFault): Promise<void> {
    const { kind } = this.#standing
    if (kind === 'trial') {
      this.#fail(fault)
      return
    }
    this.#isProven = false
    this.#change({ kind: 'trial', percent: 0 })
    this.#fail(fault)
    this.#options.tries.clear()
    await this.#options.release()
    await this.#hurryPutOff()
  }

  /** What was put off here is due for the others, also what was under way when this process was taken out. */
  async #hurryPutOff(): Promise<void> {
    const keys = [...this.#putOff.values()]
    this.#putOff = new Map()
    if (keys.length > 0) await this.#options.board.hurry(keys, this.#options.clock.now())
  }

  async #grow(): Promise<void> {
    const { clock, stepMs, cameInMinute } = this.#options
    this.#perMinute = await cameInMinute()
    const { percent, since } = this.#standing
    if (clock.now() - since < stepMs) return
    const next = shares.find((each) => each > percent)
    this.#change(next === undefined ? { kind: 'full', percent: 100 } : { kind: 'share', percent: next })
  }

  #change(to: Pick<Standing, 'kind' | 'percent'>): void {
    const { clock, steady, log, alarms, subject } = this.#options
    const isLone = to.kind === 'full' && !this.#isProven
    this.#standing = { ...to, passed: 0, step: '', why: '', since: clock.now() }
    this.#saved = 0
    this.#savedAt = steady()
    this.#toldAt = Number.NEGATIVE_INFINITY
    // Who is alone may send from its first moment: nothing has changed.
    if (isLone) return
    if (to.kind === 'full') alarms.clear('node-unfit', subject)
    log.info({ standing: to.kind, percent: to.percent }, 'how much mail this process may send has changed')
  }

  async #tell(nodes: readonly NodeLine[]): Promise<void> {
    const { board, instance, steady, tries, snapshot } = this.#options
    const isAlone = nodes.every((each) => each.instance === instance)
    const now = steady()
    if (now - this.#toldAt < (isAlone ? Infinity : tellEveryMs)) return
    await board.tell(instance, { standing: this.#standing, snapshot: snapshot(), tries: tries.sums() })
    this.#toldAt = now
  }
}
