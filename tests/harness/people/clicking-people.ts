import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Sink } from '../sink.ts'
import type { Click } from './click.ts'
import { linkIn, type PeopleHouse } from './people-house.ts'

/** What the process of the clicking people is told. */
export type ClickOrder =
  | { readonly do: 'start'; readonly port: number; readonly house: PeopleHouse; readonly pace: number }
  | { readonly do: 'go' | 'rest' | 'report' }
  | { readonly do: 'mailed'; readonly address: string; readonly link: string }

export interface ClickReport {
  readonly clicks: readonly Click[]
}

const lookForMailMs = 50

/** The managers and people of a house at work, in a process of their own. They rest until they are told to go. */
export class ClickingPeople {
  readonly #child: ChildProcess
  readonly #postman: NodeJS.Timeout

  /** @param pace by how much they are faster than people are */
  constructor(port: number, house: PeopleHouse, sink: Sink, pace = 1) {
    this.#child = fork(join(import.meta.dirname, 'people-clicks.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#tell({ do: 'start', port, house, pace })
    // Mails come to the sink, which is here; each is brought to whom it is for.
    this.#postman = setInterval(() => {
      for (const mail of sink.messages.splice(0)) {
        const link = linkIn(mail)
        for (const address of mail.rcptTo) if (link !== '') this.#tell({ do: 'mailed', address, link })
      }
    }, lookForMailMs)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  go(): void {
    this.#tell({ do: 'go' })
  }

  rest(): void {
    this.#tell({ do: 'rest' })
  }

  /** What they clicked since the last report. */
  async report(): Promise<readonly Click[]> {
    const answer = once(this.#child, 'message')
    this.#tell({ do: 'report' })
    const [{ clicks }] = (await answer) as [ClickReport]
    return clicks
  }

  stop(): void {
    clearInterval(this.#postman)
    if (this.#child.connected) this.#child.disconnect()
  }

  #tell(order: ClickOrder): void {
    this.#child.send(order)
  }
}
