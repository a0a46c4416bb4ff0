import { clientKey } from '#ground/platform/client-key.ts'
import type { Clock } from '#ground/platform/clock.ts'

/** Wrong passwords are remembered for this long. */
const countedMs = 900_000
/** Wrong ones that cost nothing: people mistype, and a telephone goes on with an old password. */
const free = { login: 5, client: 20 } as const
/** Longest wait before a password is looked at. */
const longestWaitMs = 8000
/** Wrong ones from one address, for whichever logins, from which it is not listened to for a while. */
const mostOfClient = 60
/** Subjects remembered at a time; a flood of names must not fill the memory. */
const mostSubjects = 50_000

/**
 * Slows guessing down by login and by address. Nobody is locked out by others: a right password is taken after the
 * wait, whoever else guesses at the same login meanwhile, and an address that guesses much only shuts itself out.
 */
export class LoginGuard {
  readonly #clock: Clock
  readonly #wrong = new Map<string, { count: number; at: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Milliseconds to wait before the next password is looked at; null: the address has guessed too much. */
  waitFor(login: string, ip: string): number | null {
    const ofClient = this.#count(`client ${clientKey(ip)}`)
    if (ofClient >= mostOfClient) return null
    const over = Math.max(this.#count(loginKey(login)) - free.login, ofClient - free.client)
    return over < 0 ? 0 : Math.min(longestWaitMs, 250 * 2 ** over)
  }

  noteWrong(login: string, ip: string): void {
    this.#add(loginKey(login))
    this.#add(`client ${clientKey(ip)}`)
  }

  /** A right password shows that the address is nobody's who guesses. */
  noteRight(login: string, ip: string): void {
    this.#wrong.delete(loginKey(login))
    const key = `client ${clientKey(ip)}`
    const known = this.#wrong.get(key)
    if (known) known.count = Math.max(0, known.count - free.login)
  }

  #count(key: string): number {
    const known = this.#wrong.get(key)
    if (!known) return 0
    if (this.#clock.now() - known.at <= countedMs) return known.count
    this.#wrong.delete(key)
    return 0
  }

  #add(key: string): void {
    const count = this.#count(key) + 1
    this.#wrong.delete(key)
    this.#wrong.set(key, { count, at: this.#clock.now() })
    if (this.#wrong.size <= mostSubjects) return
    const oldest = this.#wrong.keys().next()
    if (!oldest.done) this.#wrong.delete(oldest.value)
  }
}

function loginKey(login: string): string {
  return `login ${login.toLowerCase().slice(0, 320)}`
}
