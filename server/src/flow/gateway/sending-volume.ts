import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { VolumeSource } from './volume-source.ts'

const hourMs = 3_600_000
/** The hour goes on in steps of so long. */
export const slotMs = 300_000
/** Senders remembered at a time. */
const mostSenders = 100_000
/** What this process has decided counts until the others' word has had time to come back. */
const ownWordMs = 10_000

interface Slot {
  readonly at: number
  count: number
}

/**
 * How many recipients each mailbox has written to within the last hour, and who is suspended. Counts at once what this
 * process takes, and every two seconds what others have taken and what was before its start: so between two processes a
 * mailbox is let pass what it can send in two seconds.
 */
export class SendingVolume {
  readonly #clock: Clock
  readonly #alarms: Pick<Alarms, 'pulse'>
  readonly #source: Pick<VolumeSource, 'volumes'> | null
  readonly #instance: string
  readonly #own = new Map<string, Slot[]>()
  #others = new Map<string, number>()
  #suspended = new Set<string>()
  readonly #justSuspended = new Map<string, number>()

  /** @param instance this process, whose own counts are not asked for */
  constructor(
    clock: Clock,
    alarms: Pick<Alarms, 'pulse'>,
    source: Pick<VolumeSource, 'volumes'> | null = null,
    instance = '',
  ) {
    this.#clock = clock
    this.#alarms = alarms
    this.#source = source
    this.#instance = instance
  }

  /** Recipients of the last hour. @param sender in lower case, as senderKey() has it */
  count(sender: string): number {
    const own = this.#slotsOf(sender).reduce((sum, each) => sum + each.count, 0)
    return own + (this.#others.get(sender) ?? 0)
  }

  /** Counts recipients of a message. @param moment at which it came, to be named again where they are given back */
  take(sender: string, recipients: number, moment = this.#clock.now()): void {
    const slots = this.#slotsOf(sender)
    const at = slotOf(moment)
    const slot = slots.find((each) => each.at === at)
    if (slot) slot.count += recipients
    else slots.push({ at, count: recipients })
    this.#own.delete(sender)
    this.#own.set(sender, slots)
    if (this.#own.size <= mostSenders) return
    const oldest = this.#own.keys().next()
    if (!oldest.done) this.#own.delete(oldest.value)
  }

  /** A message was not taken after all: its recipients leave the step of time that they were counted in. */
  giveBack(sender: string, recipients: number, moment: number): void {
    const at = slotOf(moment)
    const slot = this.#own.get(sender)?.find((each) => each.at === at)
    if (slot) slot.count = Math.max(0, slot.count - recipients)
  }

  isSuspended(sender: string): boolean {
    return this.#suspended.has(sender) || this.#justSuspended.has(sender)
  }

  /** This process has found that a mailbox sends as stolen ones do. */
  noteSuspended(sender: string): void {
    this.#justSuspended.set(sender, this.#clock.now())
  }

  /** Reads what others have counted and decided. What cannot be read stays as it was. */
  async refresh(): Promise<void> {
    if (!this.#source) return
    const now = this.#clock.now()
    const since = Math.floor((now - hourMs) / slotMs) * slotMs
    const { slots, suspended } = await this.#source.volumes(since + slotMs, this.#instance)
    const others = new Map<string, number>()
    for (const { sender, recipients } of slots) others.set(sender, (others.get(sender) ?? 0) + recipients)
    this.#others = others
    this.#suspended = new Set(suspended)
    for (const [sender, at] of this.#justSuspended)
      if (now - at > ownWordMs) this.#justSuspended.delete(sender)
  }

  /** A sender was stopped by the limit of its policy. */
  tellStopped(sender: string, limit: number): void {
    this.#alarms.pulse(
      'sending-stopped',
      sender,
      `${sender} has written to ${limit} recipients within an hour, which is all that its policy allows (outbound.per-hour); more hear 451`,
      hourMs,
    )
  }

  #slotsOf(sender: string): Slot[] {
    const since = this.#clock.now() - hourMs
    return (this.#own.get(sender) ?? []).filter((each) => each.at > since)
  }
}

const slotOf = (moment: number) => Math.floor(moment / slotMs) * slotMs
