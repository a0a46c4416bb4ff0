import type { Reply } from './replies.ts'

/**
 * Counts what a client does wrong on one connection. What we refuse for a fault of our own (status X.3.X, RFC 3463: the
 * mail system) is none of it, nor is what it had sent behind such a command before it could know (RFC 2920): it should
 * hear why its mail waits, and not that it made errors.
 */
export class ClientErrors {
  #count = 0
  #isOurs = false

  /** Takes an answer down. Answers how many errors there are by now. */
  note({ code, enhanced }: Reply): number {
    const follows = enhanced === '5.5.1' && this.#isOurs
    if (!follows) this.#isOurs = /^4\.3\./.test(enhanced)
    if (code >= 400 && !this.#isOurs) this.#count += 1
    return this.#count
  }
}
