import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { clientNumber } from './mail-mix.ts'

/** What a connection asks of who opened it. */
export interface MixErrand {
  readonly port: number
  /** Number of its first message, which names its client too. */
  readonly first: number
  readonly rcptTo: string
  /** The whole message with this number, without its final dot. */
  readonly mail: (number: number) => string
  /** Told how a message ended. */
  readonly settled: (reply: string, tookMs: number) => void
  /** The next message for this connection, and how long to wait before it; null: close it. */
  readonly next: () => { readonly number: number; readonly waitMs: number } | null
  /** Told once, when nothing more will come of it. */
  readonly closed: () => void
}

/** One SMTP connection that sends messages of the mix as clients do that pipeline, each by its own client (XCLIENT). */
export class MixConnection {
  readonly #errand: MixErrand
  readonly #socket: Socket
  readonly #opening: string[]
  /** Replies to MAIL, RCPT and DATA that are still to come; 0: the one to the message. */
  #ahead = 0
  #refusal = ''
  #number: number
  #since = 0
  #heard = ''
  #isOver = false

  constructor(errand: MixErrand) {
    this.#errand = errand
    this.#number = errand.first
    const name = `c${errand.first}.example`
    this.#opening = [
      `EHLO ${name}\r\n`,
      `XCLIENT NAME=${name} ADDR=${clientNumber(errand.first)} HELO=${name}\r\n`,
      `EHLO ${name}\r\n`,
    ]
    this.#socket = connect({ port: errand.port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk) => this.#take(chunk.toString('latin1')))
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.on('close', () => {
      if (!this.#isOver) this.#end('the connection broke')
    })
  }

  #take(text: string): void {
    this.#heard += text
    for (let end = this.#heard.indexOf('\n'); end >= 0 && !this.#isOver; end = this.#heard.indexOf('\n')) {
      const line = this.#heard.slice(0, end).trimEnd()
      this.#heard = this.#heard.slice(end + 1)
      if (line[3] !== '-') this.#onReply(line)
    }
  }

  #onReply(reply: string): void {
    const line = this.#opening.shift()
    if (this.#ahead > 0) this.#onEnvelopeReply(reply)
    else if (this.#since > 0) this.#onMessageReply(reply)
    else if (!reply.startsWith('2')) this.#end(reply)
    else if (line) this.#socket.write(line)
    else this.#sendEnvelope()
  }

  #sendEnvelope(): void {
    this.#ahead = 3
    this.#refusal = ''
    const { rcptTo } = this.#errand
    const sender = `a${this.#number}@c${this.#number % 5000}.example`
    this.#socket.write(`MAIL FROM:<${sender}>\r\nRCPT TO:<${rcptTo}>\r\nDATA\r\n`)
  }

  #onEnvelopeReply(reply: string): void {
    this.#ahead--
    if (!reply.startsWith(this.#ahead === 0 ? '354' : '2')) this.#refusal ||= reply
    if (this.#ahead > 0) return
    if (this.#refusal) this.#end(this.#refusal)
    else {
      this.#socket.write(`${this.#errand.mail(this.#number)}.\r\n`, 'latin1')
      this.#since = performance.now()
    }
  }

  #onMessageReply(reply: string): void {
    this.#errand.settled(reply, performance.now() - this.#since)
    this.#since = 0
    const next = this.#errand.next()
    if (next === null) this.#close()
    else {
      this.#number = next.number
      if (next.waitMs > 0) setTimeout(() => this.#sendEnvelope(), next.waitMs)
      else this.#sendEnvelope()
    }
  }

  #end(reply: string): void {
    this.#errand.settled(reply, 0)
    this.#close()
  }

  #close(): void {
    this.#isOver = true
    this.#socket.end('QUIT\r\n')
    this.#errand.closed()
  }
}
