import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const names = ['certificate.pem', 'key.pem']
const root = join(import.meta.dirname, '../..')
const maker = readFileSync(join(root, 'server/src/ground/platform/tls/certificate-thread.ts'))
/** Of this month, and of those who make them now: what they make of late is tried at least as often as it changes. */
const edition = createHash('sha256')
  .update(maker)
  .update(new Date().toISOString().slice(0, 7))
  .digest('hex')
  .slice(0, 12)
const kept = join(root, 'node_modules/.cache/test-certificates', edition)

/**
 * The certificate that a site makes for its own name at its first start. That takes the processor longer than much else
 * of a start, so one that a site has made serves those after it.
 */
export class OwnCertificate {
  readonly #kept: string
  readonly #own: string

  /** @param host name of the site; @param data its folder of data */
  constructor(host: string, data: string) {
    this.#kept = join(kept, host)
    this.#own = join(data, 'secrets')
  }

  /** Gives a new site the one that another has made; none: it makes its own. */
  give(): void {
    if (!existsSync(this.#kept) || existsSync(this.#own)) return
    mkdirSync(this.#own, { recursive: true, mode: 0o700 })
    for (const name of names) copyFileSync(join(this.#kept, name), join(this.#own, name))
  }

  /** Keeps the one of a site for those after it. Files of other processes do the same: whole folders take their place at once. */
  keep(): void {
    if (existsSync(this.#kept) || !names.every((name) => existsSync(join(this.#own, name)))) return
    mkdirSync(kept, { recursive: true })
    const made = mkdtempSync(`${this.#kept}-`)
    for (const name of names) copyFileSync(join(this.#own, name), join(made, name))
    try {
      renameSync(made, this.#kept)
    } catch {
      // Another one was faster.
      rmSync(made, { recursive: true, force: true })
    }
  }
}
