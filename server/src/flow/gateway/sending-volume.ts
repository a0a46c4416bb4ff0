import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'

const hourMs = 3_600_000
/** The hour goes on in steps of so long. */
const slotMs = 300_000
/** Senders remembered at a time. */
const mostSenders = 100_000

/** How many recipients each address has written to within the last hour, as this process has seen it. */
export class SendingVolume {
  readonly #clock: Clock
  readonly #alarms: Pick<Alarms, 'pulse'>
  readonly #advice: () => number
  readonly #senders = new Map<string, { at: number; count: number }[]>()

  /** @param advice recipients in an hour from which people should be told; 0: never */
  constructor(clock: Clock, alarms: Pick<Alarms, 'pulse'>, advice: () => number) {
    this.#clock = clock
    this.#alarms = alarms
    this.#advice = advice
  }

  /** Recipients of the last hour. */
  count(sender: string): number {
    return this.#slotsOf(sender.toLowerCase()).reduce((sum, each) => sum + each.count, 0)
  }

  /** Counts recipients of a message that was taken; each To, Cc and Bcc is one. */
  add(sender: string, recipients: number): void {
    const key = sender.toLowerCase()
    const before = this.count(key)
    const slots = this.#slotsOf(key)
    const at = Math.floor(this.#clock.now() / slotMs) * slotMs
    const last = slots.at(-1)
    if (last?.at === at) last.count += recipients
    else slots.push({ at, count: recipients })
    this.#senders.delete(key)
    this.#senders.set(key, slots)
    const advice = this.#advice()
    if (advice > 0 && before < advice && before + recipients >= advice)
      this.#alarms.pulse(
        'sending-volume',
        key,
        `${key} has written to ${before + recipients} recipients within an hour; is it a list, or somebody else who has the password?`,
        hourMs,
      )
    if (this.#senders.size <= mostSenders) return
    const oldest = this.#senders.keys().next()
    if (!oldest.done) this.#senders.delete(oldest.value)
  }

  /** A sender was stopped by the limit of its policy. */
  tellStopped(sender: string, limit: number): void {
    const key = sender.toLowerCase()
    this.#alarms.pulse(
      'sending-stopped',
      key,
      `${key} has written to ${limit} recipients within an hour, which is all that its policy allows (outbound.per-hour); more hear 451`,
      hourMs,
    )
  }

  #slotsOf(key: string): { at: number; count: number }[] {
    const since = this.#clock.now() - hourMs
    return (this.#senders.get(key) ?? []).filter((each) => each.at > since)
  }
}
