import type { Socket } from 'node:net'
import { SyncFault } from '../sync-fault.ts'

const lookMs = 250

/**
 * Ends connections that say more than an answer may: the library behind them gathers an answer whole, however long it
 * gets, and tells no more of it than that the connection is closed.
 */
export class AnswerBound {
  readonly #most: number
  readonly #sockets: Pick<Socket, 'bytesRead' | 'destroy'>[] = []
  readonly #timer: NodeJS.Timeout
  /** What was read when the answer began. */
  #before = 0
  #fault: SyncFault | null = null

  /** @param mostBytes of one answer; more of it comes in before that is seen, for a quarter of a second at most */
  constructor(mostBytes: number) {
    this.#most = mostBytes
    this.#timer = setInterval(() => this.#look(), lookMs).unref()
  }

  /** Too much was said, and that is why the connection has ended; null: it was not. */
  get fault(): SyncFault | null {
    return this.#fault
  }

  watch(socket: Pick<Socket, 'bytesRead' | 'destroy'>): void {
    this.#sockets.push(socket)
  }

  /** An answer has come whole; the next one may be as long. */
  next(): void {
    this.#before = this.#read()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    if (this.#read() - this.#before <= this.#most) return
    this.stop()
    this.#fault = new SyncFault('too-large', `an answer is longer than ${this.#most >> 20} MB`)
    for (const socket of this.#sockets) socket.destroy(this.#fault)
  }

  /** One socket may lie within another (StartTLS): what comes in is counted by both. */
  #read(): number {
    return Math.max(0, ...this.#sockets.map(({ bytesRead }) => bytesRead))
  }
}
