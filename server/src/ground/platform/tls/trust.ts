import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import type { Alarms } from '../alarms.ts'

/** How often the file is looked at again. */
const lookEveryMs = 5000

/**
 * Whose certificates are believed: the authorities of the world, and those of the file of tls.authorities. A file that
 * changes is read anew; one that cannot be read is told of, and what was read before stays.
 */
export class Trust {
  readonly #file: string
  readonly #alarms: Alarms
  #stamp = 0
  #lookedAt = 0
  #pem = ''
  #context: SecureContext | null = null

  constructor(file: string, alarms: Alarms) {
    this.#file = file
    this.#alarms = alarms
  }

  /** The certificates of the file (PEM); empty: none. */
  get pem(): string {
    this.#refresh()
    return this.#pem
  }

  /** What a client checks a server's certificate against. Made once: reading all authorities takes milliseconds. */
  get context(): SecureContext {
    this.#refresh()
    this.#context ??= createSecureContext({
      minVersion: 'TLSv1.2',
      ...(this.#pem !== '' && { ca: [...rootCertificates, this.#pem] }),
    })
    return this.#context
  }

  #refresh(): void {
    if (this.#file === '' || Date.now() - this.#lookedAt < lookEveryMs) return
    this.#lookedAt = Date.now()
    try {
      const stamp = statSync(this.#file).mtimeMs
      if (stamp === this.#stamp) return
      const pem = readFileSync(this.#file, 'utf8')
      createSecureContext({ ca: pem })
      this.#pem = pem
      this.#stamp = stamp
      this.#context = null
      this.#alarms.clear('certificate-wrong', this.#file)
    } catch (cause) {
      this.#alarms.raise(
        'certificate-wrong',
        this.#file,
        `the authorities of tls.authorities cannot be read, those from before stay: ${(cause as Error).message}`,
      )
    }
  }
}
