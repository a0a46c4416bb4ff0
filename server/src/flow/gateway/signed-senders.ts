import { hasForm, isSigned, keyDigitOf, signatureLength } from '#ground/mail/signed-sender.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Log } from '#ground/platform/log.ts'
import type { SenderKeys } from '#ground/platform/sender-keys.ts'

/** Finds the address of ours behind a signed envelope sender, which bounces come to. */
export class SignedSenders {
  readonly #keys: Pick<SenderKeys, 'ending'>
  readonly #clock: Clock
  readonly #log: Log

  constructor(keys: Pick<SenderKeys, 'ending'>, clock: Clock, log: Log) {
    this.#keys = keys
    this.#clock = clock
    this.#log = log
  }

  /**
   * The plain address; null: it is not one that we have signed, and is taken as it stands; `away`: the key cannot be read
   * at this moment, and nobody may be told that there is no such recipient.
   */
  plain(address: string): string | 'away' | null {
    if (!hasForm(address)) return null
    const now = this.#clock.now()
    try {
      const key = this.#keys.ending(keyDigitOf(address), now)
      return key !== null && isSigned(address, key, now) ? address.slice(signatureLength) : null
    } catch (cause) {
      this.#log.warn({ cause: String(cause) }, 'a key of signed senders cannot be read')
      return 'away'
    }
  }
}
