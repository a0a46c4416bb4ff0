/** Entries that are remembered; a receiver that nobody has written to for long is the first to be forgotten. */
const mostRemembered = 10_000
/** Messages leave a little farther apart than asked: what is slow on its way must not meet the next one. */
const apart = 1.02

/**
 * Paces that receivers have told us, in messages a minute: by the name of who runs the servers (see `receiverOfHost`).
 * Unlike a pace that is learnt, it is kept from the first message on. Messages leave one by one at equal distances, so
 * that no minute, wherever it begins, has more.
 */
export class KnownPaces {
  readonly #perMinute: ReadonlyMap<string, number>
  readonly #freeAt = new Map<string, number>()

  /** @param texts as the settings have them: `receiver=60` */
  constructor(texts: readonly string[]) {
    this.#perMinute = new Map(
      texts.map((text) => {
        const [receiver = '', perMinute = ''] = text.split('=')
        return [receiver, Number(perMinute)]
      }),
    )
  }

  /** Whether anybody has told us a pace. */
  get isEmpty(): boolean {
    return this.#perMinute.size === 0
  }

  /** Milliseconds until a message may leave for a receiver; 0: now. */
  waitMs(receiver: string, now: number): number {
    if (!this.#perMinute.has(receiver)) return 0
    return Math.max(0, (this.#freeAt.get(receiver) ?? 0) - now)
  }

  /** A message leaves. */
  take(receiver: string, now: number): void {
    const perMinute = this.#perMinute.get(receiver)
    if (perMinute === undefined) return
    const at = Math.max(now, this.#freeAt.get(receiver) ?? 0)
    this.#freeAt.delete(receiver)
    this.#freeAt.set(receiver, at + (60_000 / perMinute) * apart)
    if (this.#freeAt.size <= mostRemembered) return
    const oldest = this.#freeAt.keys().next()
    if (!oldest.done) this.#freeAt.delete(oldest.value)
  }
}
