import type { Reply } from './replies.ts'

/**
 * Counts what a client does wrong on one connection. What we refuse for a fault of our own is none of it, nor is what it
 * had sent behind such a command before it could know (RFC 2920): it should hear why its mail waits, and not that it
 * made errors.
 */
export class ClientErrors {
  #count = 0
  #isOurs = false

  /** Takes an answer down. Answers how many errors there are by now. */
  note({ code, because }: Reply): number {
    if (because !== 'before') this.#isOurs = because === 'ours'
    if (code >= 400 && !this.#isOurs) this.#count += 1
    return this.#count
  }
}
