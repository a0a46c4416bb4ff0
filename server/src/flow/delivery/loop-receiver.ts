import { createServer, type Server, type Socket } from 'node:net'

/** A message of our own that has gone round. */
export interface LoopArrival {
  /** Address that it was sent to. */
  readonly rcptTo: string
  /** When its first command came, and when it was whole (ms). */
  readonly begunAt: number
  readonly at: number
}

export interface LoopReceiverOptions {
  readonly host: string
  /** Whether an address is one of ours that goes round. */
  readonly isOurs: (rcptTo: string) => boolean
  /** Awaited before the message is answered for. */
  readonly onArrival: (arrival: LoopArrival) => Promise<void>
  /** Told of a fault of the server itself, as of too many open files; it goes on. */
  readonly onFault: (cause: Error) => void
  readonly now: () => number
}

const idleMs = 60_000
const mostBytes = 1 << 20
const mostConnections = 50

/**
 * The receiving end of messages of our own: a small SMTP server on this machine alone that takes nothing else, keeps
 * nothing, and says what has arrived. Delivery speaks to it as to any next hop.
 */
export class LoopReceiver {
  readonly #options: LoopReceiverOptions
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #port = 0

  constructor(options: LoopReceiverOptions) {
    this.#options = options
  }

  /** Known once `listen` has resolved. */
  get port(): number {
    return this.#port
  }

  /** As a next hop; it is known once `listen` has resolved. */
  get hop(): string {
    return `smtp://127.0.0.1:${this.#port}?tls=never&own=yes`
  }

  listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
    server.maxConnections = mostConnections
    this.#server = server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: '127.0.0.1', port: 0 }, () => {
        server.off('error', reject)
        server.on('error', this.#options.onFault)
        const address = server.address()
        this.#port = typeof address === 'object' && address ? address.port : 0
        server.unref()
        resolve()
      })
    })
  }

  stop(): void {
    this.#server?.close()
    for (const each of this.#sockets) each.destroy()
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setTimeout(idleMs, () => socket.destroy())
    const dialogue = new LoopDialogue(this.#options, (line) => socket.write(`${line}\r\n`))
    let text = ''
    let work = Promise.resolve()
    socket.write(`220 ${this.#options.host} messages of our own only\r\n`)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const lines = text.split('\r\n')
      text = lines.pop() ?? ''
      if (text.length > mostBytes) {
        socket.destroy()
        return
      }
      work = work.then(async () => {
        for (const line of lines) if ((await dialogue.line(line)) === 'end') socket.end()
      })
    })
  }
}

/** One connection: the few verbs that a client of ours speaks. */
class LoopDialogue {
  readonly #options: LoopReceiverOptions
  readonly #say: (line: string) => void
  #begunAt = 0
  #rcptTo: string | null = null
  #isData = false

  constructor(options: LoopReceiverOptions, say: (line: string) => void) {
    this.#options = options
    this.#say = say
  }

  async line(line: string): Promise<'end' | 'go-on'> {
    if (this.#isData) {
      if (line === '.') await this.#finish()
      return 'go-on'
    }
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'EHLO' || verb === 'HELO') this.#say(`250 ${this.#options.host}`)
    else if (verb === 'MAIL') this.#begin()
    else if (verb === 'RCPT') this.#name(line.slice(line.indexOf('<') + 1, line.lastIndexOf('>')))
    else if (verb === 'DATA') this.#open()
    else if (verb === 'RSET' || verb === 'NOOP') this.#say('250 2.0.0 OK')
    else if (verb === 'QUIT') this.#say('221 2.0.0 Bye')
    else this.#say('502 5.5.1 Not here')
    return verb === 'QUIT' ? 'end' : 'go-on'
  }

  #begin(): void {
    this.#begunAt = this.#options.now()
    this.#rcptTo = null
    this.#say('250 2.1.0 OK')
  }

  #name(address: string): void {
    const isOurs = this.#options.isOurs(address)
    if (isOurs) this.#rcptTo = address
    this.#say(isOurs ? '250 2.1.5 OK' : '550 5.7.1 Messages of our own only')
  }

  #open(): void {
    this.#isData = this.#rcptTo !== null
    this.#say(this.#isData ? '354 Go on' : '503 5.5.1 RCPT first')
  }

  async #finish(): Promise<void> {
    const { onArrival, now } = this.#options
    this.#isData = false
    try {
      await onArrival({ rcptTo: this.#rcptTo ?? '', begunAt: this.#begunAt, at: now() })
      this.#say('250 2.0.0 It has arrived')
    } catch {
      this.#say('451 4.3.0 Its arrival could not be written down')
    }
    this.#rcptTo = null
  }
}
