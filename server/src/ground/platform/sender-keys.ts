import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readOrMakeSecret } from './secret-file.ts'

/** A key is used for so long, and then kept for as long again: what it has signed may still come back. */
const periodMs = 30 * 86_400_000
const prefix = 'sender-'

/**
 * Keys that sign envelope senders: one for each thirty days, a file each, made by whoever needs it first. All processes
 * of a site have the same ones.
 */
export class SenderKeys {
  readonly #folder: string
  readonly #kept = new Map<number, string>()

  /** @param folder of all data */
  constructor(folder: string) {
    this.#folder = join(folder, 'secrets')
  }

  /** The key of a moment; made where there is none. @throws Error where it can be neither read nor made */
  at(moment: number): { readonly n: number; readonly secret: string } {
    const n = Math.floor(moment / periodMs)
    const secret = this.#kept.get(n) ?? readOrMakeSecret(this.#path(n))
    if (!this.#kept.has(n)) {
      this.#kept.set(n, secret)
      this.#drop(n - 2)
    }
    return { n, secret }
  }

  /** The key in use lately whose number ends in a digit; null: there is none. @throws Error where it cannot be read */
  ending(digit: number, now: number): { readonly n: number; readonly secret: string } | null {
    const current = Math.floor(now / periodMs)
    const n = [current, current - 1].find((each) => each % 10 === digit)
    if (n === undefined || !(this.#kept.has(n) || existsSync(this.#path(n)))) return null
    return this.at(n * periodMs)
  }

  /** Nothing that they have signed counts any more. */
  #drop(last: number): void {
    for (const name of readdirSync(this.#folder)) {
      const [, n] = /^sender-(\d{1,9})\.key$/.exec(name) ?? []
      if (n !== undefined && Number(n) <= last) rmSync(join(this.#folder, name), { force: true })
    }
  }

  #path(n: number): string {
    return join(this.#folder, `${prefix}${n}.key`)
  }
}
