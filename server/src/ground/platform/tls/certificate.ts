import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { Worker } from 'node:worker_threads'
import type { Alarms } from '../alarms.ts'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/**
 * The certificate that we show. It is read anew when its files change, without a restart; files that do not
 * fit together are refused, and the one in use stays.
 */
export class Certificate {
  readonly #files: CertificateFiles
  readonly #alarms: Alarms
  #context: SecureContext | null = null
  #stamp = ''
  readonly #timer: NodeJS.Timeout

  constructor(files: CertificateFiles, alarms: Alarms) {
    this.#files = files
    this.#alarms = alarms
    this.refresh()
    this.#timer = setInterval(() => this.refresh(), 5000).unref()
  }

  /** Null: there is none that works. */
  get context(): SecureContext | null {
    return this.#context
  }

  refresh(): void {
    try {
      const stamp = [this.#files.certificate, this.#files.key].map((each) => statSync(each).mtimeMs).join(' ')
      if (stamp === this.#stamp) return
      this.#context = createSecureContext({
        cert: readFileSync(this.#files.certificate),
        key: readFileSync(this.#files.key),
        minVersion: 'TLSv1.2',
        // Without a name of its own a session of a client with a certificate could not be taken up again.
        sessionIdContext: 'mailkeep',
      })
      this.#stamp = stamp
      this.#alarms.clear('certificate-wrong', this.#files.certificate)
    } catch (cause) {
      const state = this.#context ? 'the one before stays in use' : 'TLS is not offered'
      this.#alarms.raise(
        'certificate-wrong',
        this.#files.certificate,
        `the certificate cannot be used, ${state}: ${(cause as Error).message}`,
      )
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** Makes a certificate of our own for a first start, unless there is one. */
export async function makeCertificate(folder: string, host: string): Promise<CertificateFiles> {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  if (existsSync(files.certificate) && existsSync(files.key)) return files
  const made = await new Promise<{ certificate: string; key: string }>((resolve, reject) => {
    const thread = new Worker(new URL('./certificate-thread.ts', import.meta.url), { workerData: { host } })
    thread.once('message', resolve)
    thread.once('error', reject)
  })
  mkdirSync(dirname(files.key), { recursive: true, mode: 0o700 })
  writeFileSync(files.key, made.key, { mode: 0o600 })
  writeFileSync(files.certificate, made.certificate)
  return files
}
