import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Sent } from '../load.ts'

/** What the process that sends is told. */
export interface MailOrder {
  readonly port: number
  readonly messages: number
  /** Messages a second; 0: as fast as they are taken. */
  readonly rate: number
  readonly size: number
  readonly mailboxes: readonly string[]
}

/** Sends ordinary mail from a process of its own, so that times of answers are those of the server. */
export class MailSource {
  readonly #child: ChildProcess

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'send-mail.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  }

  async send(order: MailOrder): Promise<readonly Sent[]> {
    const answer = once(this.#child, 'message')
    this.#child.send(order)
    const [sent] = (await answer) as [readonly Sent[]]
    return sent
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect()
  }
}
