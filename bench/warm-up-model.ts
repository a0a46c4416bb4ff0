import { outcomeOf } from '../server/src/flow/delivery/outcome.ts'
import { noWish } from '../server/src/flow/delivery/sending/choose-path.ts'
import { Meter } from '../server/src/flow/delivery/sending/meter.ts'
import { Senders } from '../server/src/flow/delivery/sending/senders.ts'
import type { SendingAddress, WarmUpPlan } from '../server/src/flow/delivery/sending/sending-address.ts'
import type { DayCount } from '../server/src/flow/delivery/sending/sending-store.ts'
import { createAlarms } from '../server/src/ground/platform/alarms.ts'
import { createSilentLog } from '../server/src/ground/platform/log.ts'

const hour = 3_600_000
const day = 24 * hour
/** A message that was put off comes again so much later. */
const againMs = 20 * 60_000

/** What a receiver lets a new address do; nobody tells us. */
export interface HiddenLimits {
  readonly name: string
  /** Messages for it in a day. */
  readonly demand: number
  /** What it takes from a new address on the first day. */
  readonly start: number
  /** Share that a day adds on which the address behaved; a day on which it did not takes a third away. */
  readonly growth: number
}

/** How the new address is used. */
export type Schedule =
  | { readonly kind: 'plan'; readonly plan: Omit<WarmUpPlan, 'since'> }
  /** Its share of all mail from the first day on. */
  | { readonly kind: 'at-once' }
  /** So many on the first day to each receiver, and twice as many each day, come what may. */
  | { readonly kind: 'doubling'; readonly start: number }

export interface WarmUpRun {
  readonly schedule: Schedule
  readonly receivers: readonly HiddenLimits[]
  readonly days: number
  readonly seed: number
}

export interface WarmUpFigures {
  /** Tries over the new address, and those of them that were put off. */
  readonly tries: number
  readonly putOff: number
  /** Messages that the new address delivered on the last day, and its fair share of that day's mail. */
  readonly lastDay: number
  readonly fairShare: number
  /** Minutes that messages waited on average because they were put off. */
  readonly delayMinutes: number
  readonly delivered: number
  readonly sent: number
}

const warm = ['192.0.2.1', '192.0.2.2']
const fresh = '192.0.2.3'

/**
 * Days of mail over two warm addresses and a new one, through the code that chooses and paces addresses in the product,
 * with a clock that jumps from message to message. Receivers limit the new address by hour and day, watch how it behaves
 * and raise or lower their limits; 3 in 1,000 tries are put off by chance. The same seed gives the same run.
 */
export function runWarmUp({ schedule, receivers, days, seed }: WarmUpRun): WarmUpFigures {
  const random = randomOf(seed)
  const clock = { at: 0, now: () => clock.at }
  const meter = new Meter(() => clock.at)
  const senders = createSenders(schedule, meter, clock)
  const watchers = new Map(receivers.map((each) => [each.name, new Watcher(each)]))
  const history: DayCount[] = []
  const sum = { tries: 0, putOff: 0, lastDay: 0, delayed: 0, delivered: 0 }
  const due = arrivals(receivers, days, random)
  const sent = due.length
  let again: Letter[] = []
  let today = 0
  for (let at = 0; at < due.length || again.length > 0; ) {
    const late = again[0]
    const next = due[at]
    const letter = late && (!next || late.at <= next.at) ? late : next
    if (!letter) break
    if (letter === late) again = again.slice(1)
    else at += 1
    clock.at = Math.max(clock.at, letter.at)
    for (; today < Math.floor(clock.at / day); today++) turnDay(meter, history, watchers, clock.at)
    if (clock.at >= days * day + hour) break
    const address = senders.choose('outbound', letter.receiver, noWish)
    const isFresh = address !== 'none' && address.ip === fresh
    const taken = address !== 'none' && take(watchers.get(letter.receiver), isFresh, clock.at, random)
    if (isFresh) {
      sum.tries += 1
      sum.putOff += taken ? 0 : 1
      sum.lastDay += taken && letter.at >= (days - 1) * day ? 1 : 0
    }
    if (address !== 'none') senders.note(address.ip, 'outbound', letter.receiver, outcomeFor(taken))
    if (taken) {
      sum.delivered += 1
      sum.delayed += clock.at - letter.since
    } else again.push({ ...letter, at: clock.at + againMs })
  }
  const fairShare = receivers.reduce((all, each) => all + each.demand, 0) / 3
  return { ...sum, sent, fairShare, delayMinutes: sum.delayed / Math.max(1, sum.delivered) / 60_000 }
}

function createSenders(schedule: Schedule, meter: Meter, clock: { now(): number }): Senders {
  const address = (ip: string, warmUp: WarmUpPlan | null = null): SendingAddress => ({
    ...{ ip, helo: 'mx.one.test', pool: 'outbound', state: 'active', warmUp },
  })
  const plan = schedule.kind === 'plan' ? { since: 0, ...schedule.plan } : null
  const addresses = [...warm.map((ip) => address(ip)), address(fresh, plan)]
  const sent = new Map<string, number>()
  const keyOf = (receiver: string) => `${Math.floor(clock.now() / day)} ${receiver}`
  return new Senders({
    addresses: () => addresses,
    helo: 'mx.one.test',
    allowance: (each, receiver) =>
      schedule.kind === 'doubling' && each.ip === fresh
        ? schedule.start * 2 ** Math.floor(clock.now() / day) - (sent.get(keyOf(receiver)) ?? 0)
        : meter.allowance(each, receiver),
    times: { outMs: 1_800_000, slowMs: 60_000, stepMs: 600_000 },
    alarms: createAlarms(clock, createSilentLog()),
    clock,
    onDeparture: (ip, receiver) => {
      meter.left(ip, receiver)
      if (ip === fresh) sent.set(keyOf(receiver), (sent.get(keyOf(receiver)) ?? 0) + 1)
    },
    onResult: (ip, receiver, result) => meter.count(ip, receiver, result),
  })
}

function turnDay(meter: Meter, history: DayCount[], watchers: ReadonlyMap<string, Watcher>, now: number) {
  const { lines, done } = meter.take()
  history.push(...lines.filter((each) => each.ip === fresh))
  done(true)
  const today = new Date(now).toISOString().slice(0, 10)
  meter.learn(
    history.filter((each) => each.day < today),
    'before',
  )
  for (const each of watchers.values()) each.turnDay()
}

/** A receiver that watches one new address. */
class Watcher {
  readonly #limits: HiddenLimits
  #daily: number
  #today = 0
  #beyond = 0
  #hour = { at: -1, taken: 0 }

  constructor(limits: HiddenLimits) {
    this.#limits = limits
    this.#daily = limits.start
  }

  takes(now: number): boolean {
    const at = Math.floor(now / hour)
    if (this.#hour.at !== at) this.#hour = { at, taken: 0 }
    if (this.#today < this.#daily && this.#hour.taken < Math.ceil(this.#daily / 4)) {
      this.#today += 1
      this.#hour.taken += 1
      return true
    }
    this.#beyond += 1
    return false
  }

  turnDay(): void {
    const tries = this.#today + this.#beyond
    if (this.#beyond > tries * 0.1) this.#daily = Math.max(this.#limits.start / 2, this.#daily * 0.67)
    else if (this.#today >= this.#daily * 0.25) this.#daily *= 1 + this.#limits.growth
    this.#today = 0
    this.#beyond = 0
  }
}

function take(watcher: Watcher | undefined, isFresh: boolean, now: number, random: () => number): boolean {
  if (random() < 0.003) return false
  return !isFresh || watcher === undefined || watcher.takes(now)
}

function outcomeFor(taken: boolean) {
  return taken
    ? outcomeOf({ code: 250, enhanced: '2.0.0', text: 'ok' }, 'final')
    : outcomeOf({ code: 421, enhanced: '4.7.28', text: 'Your sending rate limit was exceeded' }, 'mail')
}

interface Letter {
  readonly at: number
  readonly since: number
  readonly receiver: string
}

/** Mail comes all day, three times as much by day as by night. */
function arrivals(receivers: readonly HiddenLimits[], days: number, random: () => number): Letter[] {
  const letters: Letter[] = []
  for (let from = 0; from < days * day; from += day)
    for (const { name, demand } of receivers)
      for (let n = 0; n < demand; n++) {
        const share = random()
        const at = from + Math.floor((share < 0.25 ? share * 2 : 0.5 + ((share - 0.25) / 0.75) * 0.5) * day)
        letters.push({ at, since: at, receiver: name })
      }
  return letters.sort((one, other) => one.at - other.at)
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
