import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { type LoopFault, LoopReceiver } from '#flow/delivery/loop-receiver.ts'
import { makeCertificate } from '#ground/platform/tls/certificate.ts'
import type { DrillLetter } from '#services/drill/drill-road.ts'
import type { Base } from './base.ts'

/** Letters of a drill by their addresses, which is how its next hop knows them. */
export type DrillLetters = Map<string, DrillLetter>

/** The next hop of a drill: on this machine alone, and what it does wrong is all that is artificial. */
export class DrillReceiver {
  readonly #receiver: LoopReceiver
  readonly #harmed = new Set<string>()
  readonly #usesTls: boolean
  #fault: LoopFault | null = null

  private constructor(base: Base, letters: DrillLetters, tls: LoopReceiverTls) {
    this.#usesTls = tls !== undefined
    this.#receiver = new LoopReceiver({
      host: base.config['site.host'],
      isOurs: (address) => letters.has(address),
      async onArrival({ rcptTo, at }) {
        const letter = letters.get(rcptTo)
        if (!letter) return
        letter.copies += 1
        letter.arrivedAt ??= at
      },
      onHarm: (address) => this.#harmed.add(address),
      onFault: (cause) => base.log.warn({ cause: String(cause) }, 'the next hop of a drill has a fault'),
      fault: () => this.#fault,
      ...(tls && { tls }),
      now: () => Date.now(),
    })
  }

  /** @param usesTls it must be spoken to with TLS, and shows the certificate of this site */
  static async create(base: Base, letters: DrillLetters, usesTls: boolean): Promise<DrillReceiver> {
    const receiver = new DrillReceiver(base, letters, usesTls ? await contextOf(base) : undefined)
    await receiver.#receiver.listen()
    return receiver
  }

  get hop(): string {
    return `smtp://127.0.0.1:${this.#receiver.port}?tls=${this.#usesTls ? 'required' : 'never'}&own=yes`
  }

  /** Letters that it did not take at once, for its fault. */
  get harmed(): number {
    return this.#harmed.size
  }

  async setFault(fault: LoopFault | null): Promise<void> {
    const before = this.#fault
    if (before === fault) return
    this.#fault = fault
    // Connections that are open would go on as before.
    this.#receiver.stop()
    if (fault !== 'refuses') await this.#receiver.listen()
  }

  stop(): void {
    this.#receiver.stop()
  }
}

type LoopReceiverTls = Awaited<ReturnType<typeof contextOf>> | undefined

async function contextOf({ config, folder }: Base) {
  const own = { certificate: config['tls.certificate'], key: config['tls.key'] }
  const { certificate, key } =
    own.certificate === '' ? await makeCertificate(join(folder, 'secrets'), config['site.host']) : own
  return createSecureContext({ cert: readFileSync(certificate), key: readFileSync(key) })
}
