import type { SendingNote } from '#flow/spool/sending-note.ts'
import type { Log } from '#ground/platform/log.ts'
import { judgeSender, leastVolume, type SenderFigures } from '#ground/senders/judge-sender.ts'
import type { OutboundPolicy } from './outbound-policy.ts'
import { senderKey } from './sender-key.ts'
import type { SendingVolume } from './sending-volume.ts'
import { senderOf, type Transaction } from './session-state.ts'
import type { VolumeSource } from './volume-source.ts'

export interface WatchSenderOptions {
  readonly volume: SendingVolume
  readonly source: VolumeSource | null
  readonly policyOf: (address: string) => OutboundPolicy
  readonly instance: string
  readonly now: () => number
  readonly log: Log
}

/** Mail does not wait longer for what is known of its sender. */
const patienceMs = 500
const rememberedMs = 10_000
const mostRemembered = 1000

/** A message that would be more than its sender may send within an hour. */
export interface OverLimit {
  readonly over: number
}

type Known = Omit<SenderFigures, 'hour'>

/**
 * Counts what our own people send, and judges whether a mailbox sends as stolen ones do, before a message of it is taken.
 * Where its history cannot be had in time the mail goes on: the clock looks at every sender again within seconds.
 */
export class WatchSender {
  readonly #options: WatchSenderOptions
  readonly #known = new Map<string, { readonly at: number; readonly figures: Known }>()

  constructor(options: WatchSenderOptions) {
    this.#options = options
  }

  /**
   * Counts the message; null: its sender is nobody of ours, or a notice. To be given back where it is not taken. Beyond
   * the limit of its policy it is not counted: messages under way at a time have each found room for themselves at RCPT.
   */
  async note(transaction: Transaction, ip: string): Promise<SendingNote | OverLimit | null> {
    const { volume, instance, now, policyOf } = this.#options
    const sender = senderOf(transaction)
    const { mailFrom, recipients } = transaction
    if (sender === null || mailFrom === '') return null
    const key = senderKey(sender, mailFrom)
    const at = now()
    volume.take(key, recipients.length, at)
    const { sudden, perHour } = policyOf(mailFrom)
    if (perHour > 0 && volume.count(key) > perHour) {
      volume.giveBack(key, recipients.length, at)
      volume.tellStopped(key, perHour)
      return { over: perHour }
    }
    const note = {
      ...{ sender: key, tenant: recipients[0]?.outbound ? recipients[0].tenant : sender.tenant, instance },
      ...{ recipients: recipients.length, at, suspect: null },
    }
    const hour = volume.count(key)
    if (hour < leastVolume(sudden)) return note
    const figures = await this.#figuresOf(key, {
      addresses: sender.addresses ?? [mailFrom],
      recipients: recipients.map((each) => each.rcptTo),
      ip: sender.by === 'login' ? ip : '',
    })
    if (figures === null) return note
    const judged = judgeSender({ ...figures, hour, day: figures.day + recipients.length }, sudden)
    if (!judged.isSuspicious) return note
    volume.noteSuspended(key)
    return { ...note, suspect: judged.signs }
  }

  giveBack(note: SendingNote | null): void {
    if (note) this.#options.volume.giveBack(note.sender, note.recipients, note.at)
  }

  async #figuresOf(
    sender: string,
    rest: { addresses: readonly string[]; recipients: readonly string[]; ip: string },
  ): Promise<Known | null> {
    const { source, now, log } = this.#options
    const known = this.#known.get(sender)
    if (known && now() - known.at < rememberedMs) return known.figures
    if (!source) return null
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), patienceMs)
    })
    const asked = source.figures({ sender, now: now(), ...rest }).catch((cause: unknown) => {
      log.warn({ cause: String(cause) }, 'what a sender has sent before could not be read')
      return null
    })
    const figures = await Promise.race([asked, late])
    clearTimeout(timer)
    if (figures === null) return null
    if (this.#known.size >= mostRemembered) this.#known.clear()
    this.#known.set(sender, { at: now(), figures })
    return figures
  }
}
