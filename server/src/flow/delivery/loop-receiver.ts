import { createServer, type Server, type Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'

/** A message of our own that has gone round. */
export interface LoopArrival {
  /** Address that it was sent to. */
  readonly rcptTo: string
  /** When its first command came, and when it was whole (ms). */
  readonly begunAt: number
  readonly at: number
}

/** What a drill has it do wrong; see services/drill. */
export type LoopFault = 'slow' | 'puts-off' | 'refuses' | 'tls' | 'silent' | 'drops'

export interface LoopReceiverOptions {
  readonly host: string
  /** Whether an address is one of ours that goes round. */
  readonly isOurs: (rcptTo: string) => boolean
  /** Awaited before the message is answered for. */
  readonly onArrival: (arrival: LoopArrival) => Promise<void>
  /** Told of a fault of the server itself, as of too many open files; it goes on. */
  readonly onFault: (cause: Error) => void
  readonly now: () => number
  /** What it does wrong now; absent or null: nothing. */
  readonly fault?: () => LoopFault | null
  /** Told of an address whose message it did not take for its fault. */
  readonly onHarm?: (rcptTo: string) => void
  /** Offers STARTTLS with this; absent: no TLS. */
  readonly tls?: SecureContext
}

/** How long a message takes that is slow. */
const slowMs = 20_000
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

  /** At the port that it had before, where it had one. */
  listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
    server.maxConnections = mostConnections
    this.#server = server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: '127.0.0.1', port: this.#port }, () => {
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
    socket.setTimeout(idleMs, () => socket.destroy())
    if (this.#options.fault?.() === 'silent') {
      socket.on('error', () => socket.destroy()).resume()
      return
    }
    this.#converse(socket, false)
    socket.write(`220 ${this.#options.host} messages of our own only\r\n`)
  }

  #converse(socket: Socket, isSecured: boolean): void {
    socket.on('error', () => socket.destroy())
    const dialogue = new LoopDialogue(this.#options, isSecured, {
      say: (line) => socket.write(`${line}\r\n`),
      isGone: () => socket.destroyed,
    })
    let text = ''
    let work = Promise.resolve()
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const lines = text.split('\r\n')
      text = lines.pop() ?? ''
      if (text.length > mostBytes) {
        socket.destroy()
        return
      }
      work = work.then(async () => {
        for (const line of lines) {
          const next = await dialogue.line(line)
          if (next === 'end') socket.end()
          else if (next === 'drop') socket.destroy()
          else if (next === 'secure') {
            socket.off('data', onData)
            this.#secure(socket)
          }
        }
      })
    }
    socket.on('data', onData)
  }

  /** Goes on in TLS, or breaks it off with what is no handshake. */
  #secure(socket: Socket): void {
    const { tls, fault } = this.#options
    if (fault?.() === 'tls' || !tls) {
      // Only then: before, it would be read as a reply in plain text.
      socket.once('data', () => socket.end('no handshake\r\n'))
      return
    }
    this.#converse(new TLSSocket(socket, { isServer: true, secureContext: tls }), true)
  }
}

/** Who speaks to us. */
interface LoopClient {
  readonly say: (line: string) => void
  /** Nobody is there any more who could hear an answer. */
  readonly isGone: () => boolean
}

/** One connection: the few verbs that a client of ours speaks. */
class LoopDialogue {
  readonly #options: LoopReceiverOptions
  readonly #client: LoopClient
  readonly #maySecure: boolean
  #begunAt = 0
  #rcptTo: string | null = null
  #isData = false

  constructor(options: LoopReceiverOptions, isSecured: boolean, client: LoopClient) {
    this.#options = options
    this.#maySecure = options.tls !== undefined && !isSecured
    this.#client = client
  }

  async line(line: string): Promise<'end' | 'drop' | 'secure' | 'go-on'> {
    if (this.#isData) return line === '.' ? this.#finish() : 'go-on'
    const verb = line.slice(0, 4).toUpperCase()
    if (this.#maySecure && line.toUpperCase() === 'STARTTLS') {
      this.#client.say('220 2.0.0 Go on in TLS')
      return 'secure'
    }
    if (verb === 'EHLO' && this.#maySecure) this.#client.say(`250-${this.#options.host}\r\n250 STARTTLS`)
    else if (verb === 'EHLO' || verb === 'HELO') this.#client.say(`250 ${this.#options.host}`)
    else if (verb === 'MAIL') this.#begin()
    else if (verb === 'RCPT') this.#name(line.slice(line.indexOf('<') + 1, line.lastIndexOf('>')))
    else if (verb === 'DATA') this.#open()
    else if (verb === 'RSET' || verb === 'NOOP') this.#client.say('250 2.0.0 OK')
    else if (verb === 'QUIT') this.#client.say('221 2.0.0 Bye')
    else this.#client.say('502 5.5.1 Not here')
    return verb === 'QUIT' ? 'end' : 'go-on'
  }

  #begin(): void {
    this.#begunAt = this.#options.now()
    this.#rcptTo = null
    this.#client.say('250 2.1.0 OK')
  }

  #name(address: string): void {
    const { isOurs: isKnown, fault, onHarm } = this.#options
    const isOurs = isKnown(address)
    if (isOurs && fault?.() === 'puts-off') {
      onHarm?.(address)
      this.#client.say('451 4.7.1 A drill: put off on purpose')
      return
    }
    if (isOurs) this.#rcptTo = address
    this.#client.say(isOurs ? '250 2.1.5 OK' : '550 5.7.1 Messages of our own only')
  }

  #open(): void {
    this.#isData = this.#rcptTo !== null
    this.#client.say(this.#isData ? '354 Go on' : '503 5.5.1 RCPT first')
  }

  async #finish(): Promise<'drop' | 'go-on'> {
    const { onArrival, onHarm, fault, now } = this.#options
    const rcptTo = this.#rcptTo ?? ''
    const harm = fault?.() ?? null
    this.#isData = false
    this.#rcptTo = null
    if (harm === 'slow' || harm === 'drops') onHarm?.(rcptTo)
    if (harm === 'drops') return 'drop'
    if (harm === 'slow') await new Promise((resolve) => setTimeout(resolve, slowMs).unref())
    // Who has gone meanwhile has heard nothing, and comes again.
    if (this.#client.isGone()) return 'drop'
    try {
      await onArrival({ rcptTo, begunAt: this.#begunAt, at: now() })
      this.#client.say('250 2.0.0 It has arrived')
    } catch {
      this.#client.say('451 4.3.0 Its arrival could not be written down')
    }
    return 'go-on'
  }
}
