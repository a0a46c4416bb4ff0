import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '#ground/platform/clock.ts'
import { isPassword } from '#ground/platform/password-hash.ts'
import { cleanPassword, type PasswordRecord } from '#ground/platform/password-record.ts'
import { LoginGuard } from './login-guard.ts'
import type { LoginWatch } from './login-watch.ts'
import type { SaslExchange, SaslStep } from './sasl/exchange.ts'
import { loginExchange, plainExchange } from './sasl/plain.ts'
import { scramExchange } from './sasl/scram.ts'
import type { KnownSender, SenderSource } from './sender-source.ts'

export type LoginAnswer =
  | { readonly kind: 'proved'; readonly sender: KnownSender }
  | { readonly kind: 'wrong' }
  /** The address has guessed too much lately. */
  | { readonly kind: 'too-many' }
  /** Logins cannot be looked up at the moment. */
  | { readonly kind: 'unavailable'; readonly why: string }

const unwatched = { note: () => undefined }

type Typed = Extract<SaslStep, { kind: 'password' }>

/** How long a password that was right is taken again without its hash being computed. */
const rememberedMs = 600_000
const mostRemembered = 20_000
/** Hashes computed at a time: each takes memory and a thread that others wait for. */
const mostHashing = 4

/**
 * Proves logins by the mechanisms that mail programs speak. Telephones log in for each message: a password that was
 * right is remembered for some minutes, as a keyed digest which is worth nothing outside this process.
 */
export class VerifyLogin {
  readonly #source: Pick<SenderSource, 'loginOf'>
  readonly #clock: Clock
  readonly #guard: LoginGuard
  readonly #watch: Pick<LoginWatch, 'note'>
  readonly #secret = randomBytes(32)
  readonly #right = new Map<string, { readonly id: string; readonly until: number }>()
  #hashing = 0
  readonly #waiting: (() => void)[] = []

  constructor(
    source: Pick<SenderSource, 'loginOf'>,
    clock: Clock,
    watch: Pick<LoginWatch, 'note'> = unwatched,
  ) {
    this.#watch = watch
    this.#source = source
    this.#clock = clock
    this.#guard = new LoginGuard(clock)
  }

  /** Null: there is no such mechanism. */
  exchange(mechanism: string): SaslExchange | null {
    switch (mechanism.toUpperCase()) {
      case 'PLAIN':
        return plainExchange()
      case 'LOGIN':
        return loginExchange()
      case 'SCRAM-SHA-256':
        return scramExchange((login) => this.#source.loginOf(login)?.passwords ?? [], this.#secret)
      default:
        return null
    }
  }

  /** Whether the login has proved itself. @param step the end of an exchange */
  async judge(
    step: Exclude<SaslStep, { kind: 'challenge' | 'malformed' }>,
    ip: string,
  ): Promise<LoginAnswer> {
    const { login } = step
    const waitMs = this.#guard.waitFor(login, ip)
    if (waitMs === null) {
      this.#watch.note(login, 'too-many', this.#isKnown(login))
      return { kind: 'too-many' }
    }
    let found: ReturnType<SenderSource['loginOf']>
    try {
      found = this.#source.loginOf(login)
    } catch (cause) {
      this.#watch.note(login, 'unavailable', true)
      return { kind: 'unavailable', why: (cause as Error).message }
    }
    const passwords = found?.passwords ?? []
    // Who was right a moment ago does not wait because somebody else guesses.
    const isKnown = step.kind === 'password' && this.#wasRight(this.#keyOf(step), passwords)
    if (waitMs > 0 && !isKnown) await new Promise((resolve) => setTimeout(resolve, waitMs))
    const isRight =
      isKnown || (step.kind === 'password' ? await this.#isRight(step, passwords) : step.kind === 'proved')
    this.#watch.note(login, isRight && found !== null ? 'proved' : 'wrong', found !== null)
    if (!isRight || found === null) {
      this.#guard.noteWrong(login, ip)
      return { kind: 'wrong' }
    }
    this.#guard.noteRight(login, ip)
    return { kind: 'proved', sender: found.sender }
  }

  #isKnown(login: string): boolean {
    try {
      return this.#source.loginOf(login) !== null
    } catch {
      return true
    }
  }

  async #isRight(step: Typed, passwords: readonly PasswordRecord[]): Promise<boolean> {
    const found = await this.#inTurn(() => findPassword(cleanPassword(step.password), passwords))
    if (found === null) return false
    if (this.#right.size >= mostRemembered) this.#right.clear()
    this.#right.set(this.#keyOf(step), { id: found.id, until: this.#clock.now() + rememberedMs })
    return true
  }

  #keyOf({ login, password }: Typed): string {
    const text = `${login.toLowerCase()}\0${cleanPassword(password)}`
    return createHmac('sha256', this.#secret).update(text).digest('base64')
  }

  /** A password that was taken back meanwhile is none of them any more. */
  #wasRight(key: string, passwords: readonly PasswordRecord[]): boolean {
    const known = this.#right.get(key)
    return (
      known !== undefined && known.until > this.#clock.now() && passwords.some((each) => each.id === known.id)
    )
  }

  async #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#hashing >= mostHashing) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#hashing += 1
    try {
      return await work()
    } finally {
      this.#hashing -= 1
      this.#waiting.shift()?.()
    }
  }
}

/** A hash of no password, so that a login that is nobody's takes as long as one that is somebody's. */
const nobodys = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`

async function findPassword(
  typed: string,
  passwords: readonly PasswordRecord[],
): Promise<PasswordRecord | null> {
  if (passwords.length === 0) await isPassword(typed, nobodys)
  for (const each of passwords) if (await isPassword(typed, each.hash)) return each
  return null
}
