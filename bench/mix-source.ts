import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface MixLoad {
  readonly port: number
  readonly messages: number
  readonly connections: number
  /** Messages on one connection before it is closed. */
  readonly perConnection: number
  readonly rcptTo: string
  /** Number of the first message. */
  readonly first: number
  /** Messages a second; absent: as fast as they are taken. */
  readonly rate?: number
}

export interface MixSent {
  readonly accepted: number
  /** Replies that were no 250 to a message, with how often they came. */
  readonly others: Readonly<Record<string, number>>
  /** When the first connection was opened, in milliseconds since 1970. */
  readonly startedAt: number
  /** From the final dot to its reply, in milliseconds, one for each accepted message. */
  readonly tookMs: readonly number[]
}

/** Who sends the mix of mail (mail-mix.ts). */
export class MixSource {
  readonly #child: ChildProcess
  #next = 0

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'send-mix.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  }

  /** Sends messages that have not been sent before, and waits for their replies. */
  async send(load: Omit<MixLoad, 'first'>): Promise<MixSent> {
    const first = this.#next
    this.#next += load.messages
    const stop = new AbortController()
    const { signal } = stop
    const ended = once(this.#child, 'exit', { signal }).then(([code]) => {
      throw new Error(`send-mix.ts ended with ${code}`)
    })
    const answer = once(this.#child, 'message', { signal })
    this.#child.send({ ...load, first } satisfies MixLoad)
    try {
      const [sent] = await Promise.race([answer, ended])
      return sent as MixSent
    } finally {
      stop.abort()
      await Promise.allSettled([ended, answer])
    }
  }

  stop(): void {
    this.#child.disconnect()
  }
}
