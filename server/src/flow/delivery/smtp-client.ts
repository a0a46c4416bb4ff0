import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { HandshakeFault } from '#ground/platform/tls/handshake-trouble.ts'
import { dial } from './dial.ts'
import { DeliveryFault, type Phase } from './fault.ts'
import type { TlsPolicy } from './next-hop.ts'
import type { PeerReply } from './outcome.ts'
import { ReplyReader } from './reply-reader.ts'
import { shakeHands } from './shake-hands.ts'
import type { Target } from './target.ts'

export interface ClientTimes {
  readonly connectMs: number
  readonly commandMs: number
  readonly dataMs: number
  readonly finalMs: number
}

export interface ClientOptions {
  readonly target: Target
  /** What we call ourselves. */
  readonly helo: string
  /** Local address to leave by; null: the system's choice. */
  readonly localAddress: string | null
  readonly times: ClientTimes
  /** Whose certificates are believed; absent: those of the world. */
  readonly trust?: SecureContext
  /** Told of every command, reply and handshake, for people who look on; never of content. */
  readonly onLine?: (who: 'us' | 'them' | 'note', text: string) => void
}

/** Said at any command, or at none, by a server that closes the connection (RFC 5321, 4.2.2). */
const closing = 421

interface Expected {
  readonly phase: Phase
  readonly resolve: (reply: PeerReply) => void
  readonly reject: (fault: DeliveryFault) => void
}

/**
 * A connection to one server, from greeting to QUIT; carries many messages one after another.
 * Commands that RFC 2920 allows in a group go together; replies are matched in order.
 */
export class SmtpClient {
  readonly target: Target
  readonly localAddress: string
  extensions: ReadonlyMap<string, string> = new Map()
  tls = ''
  /** What its certificate did not prove, where that was no must; null: nothing is wrong with it. */
  peerFault: HandshakeFault | null = null
  /** End of the certificate that it has shown, in milliseconds; null: none. */
  validTo: number | null = null
  messages = 0
  #socket: Socket
  #reader = new ReplyReader()
  readonly #expected: Expected[] = []
  #fault: DeliveryFault | null = null
  #timer: NodeJS.Timeout | null = null
  #early: PeerReply | null = null
  readonly #options: ClientOptions

  private constructor(options: ClientOptions, socket: Socket) {
    this.#options = options
    this.target = options.target
    this.#socket = socket
    this.localAddress = socket.localAddress ?? ''
    this.#listen(socket)
  }

  /** Connects, greets and starts TLS as the target asks. @throws DeliveryFault */
  static async open(options: ClientOptions): Promise<SmtpClient> {
    const client = new SmtpClient(
      options,
      await dial(options.target, options.localAddress, options.times.connectMs),
    )
    try {
      await client.#begin()
      return client
    } catch (cause) {
      client.destroy()
      throw cause
    }
  }

  get isUsable(): boolean {
    return this.#fault === null && this.#early === null && this.#socket.writable
  }

  async #begin(): Promise<void> {
    const greeting = await this.reply('greeting', this.#options.times.commandMs)
    if (greeting.code !== 220)
      throw new DeliveryFault(
        'greeting',
        'refused',
        `the greeting was ${greeting.code} ${greeting.text}`,
        greeting,
      )
    await this.#hello()
    const { tls, identity, host } = this.target
    if (tls !== 'never') await this.#secure(tls)
    if (
      identity !== null &&
      this.tls === '' &&
      !greeting.text.toLowerCase().startsWith(identity.toLowerCase())
    ) {
      throw new DeliveryFault(
        'identity',
        'identity',
        `${host} calls itself ${JSON.stringify(greeting.text.split(' ')[0])} where ${identity} was expected`,
      )
    }
  }

  async #hello(): Promise<void> {
    const { helo, times } = this.#options
    const reply = await this.command(
      `${this.target.protocol === 'lmtp' ? 'LHLO' : 'EHLO'} ${helo}`,
      'ehlo',
      times.commandMs,
    )
    if (reply.code === 250) {
      this.extensions = readExtensions(reply.text)
      return
    }
    if (this.target.protocol === 'lmtp' || reply.code < 500)
      throw new DeliveryFault('ehlo', 'refused', `EHLO was answered ${reply.code} ${reply.text}`, reply)
    const old = await this.command(`HELO ${helo}`, 'ehlo', times.commandMs)
    if (old.code !== 250)
      throw new DeliveryFault('ehlo', 'refused', `HELO was answered ${old.code} ${old.text}`, old)
  }

  async #secure(policy: TlsPolicy): Promise<void> {
    const needed = policy === 'required' || policy === 'verify'
    if (!this.extensions.has('STARTTLS')) {
      if (needed)
        throw new DeliveryFault(
          'starttls',
          'tls',
          `TLS is required, and ${this.target.host} does not offer it`,
          null,
          'no-starttls',
        )
      return
    }
    const reply = await this.#askForTls()
    if (reply.code === closing)
      throw new DeliveryFault('starttls', 'refused', `STARTTLS was answered 421 ${reply.text}`, reply)
    if (reply.code !== 220) {
      if (needed)
        throw new DeliveryFault(
          'starttls',
          'tls',
          `STARTTLS was answered ${reply.code} ${reply.text}`,
          reply,
          'no-starttls',
        )
      return
    }
    const plain = this.#socket
    plain.removeAllListeners()
    const { trust, times, onLine } = this.#options
    const secured = await shakeHands(plain, {
      target: this.target,
      policy,
      trust,
      timeoutMs: times.connectMs,
    })
    this.#socket = secured.socket
    this.#reader = new ReplyReader()
    this.#listen(secured.socket)
    this.validTo = secured.validTo
    this.peerFault = secured.peerFault
    this.tls = secured.tls
    onLine?.('note', `TLS: ${this.tls}`)
    await this.#hello()
  }

  /**
   * It greets, offers TLS, and breaks off when it is taken at its word: nothing but its TLS is wrong, whether it leaves,
   * says nothing, or says what belongs to no handshake. Words right behind a good answer are read with that answer.
   * One that has said that it leaves, as when it is restarted, would have left at any other command too.
   */
  async #askForTls(): Promise<PeerReply> {
    try {
      return await this.command('STARTTLS', 'starttls', this.#options.times.commandMs)
    } catch (cause) {
      const { message, reply } = cause as DeliveryFault
      if (reply?.code === closing) throw cause
      const text = `the TLS handshake failed, broken off at STARTTLS: ${message}`
      throw new DeliveryFault('starttls', 'tls', text, reply, 'no-handshake')
    }
  }

  /** Sends one command and waits for its reply. */
  command(line: string, phase: Phase, timeoutMs: number): Promise<PeerReply> {
    this.#options.onLine?.('us', line)
    this.write(`${line}\r\n`)
    return this.reply(phase, timeoutMs)
  }

  write(data: string | Buffer): boolean {
    return this.#fault === null && this.#socket.writable ? this.#socket.write(data) : true
  }

  /** Several writes that leave as one packet where they fit. */
  together(write: () => void): void {
    this.#socket.cork()
    write()
    this.#socket.uncork()
  }

  /** Resolves when the socket takes more. @throws DeliveryFault when it broke or stood still too long */
  async drained(): Promise<void> {
    if (this.#fault) throw this.#fault
    const socket = this.#socket
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new DeliveryFault('data', 'timeout', 'the server took no data for too long')),
        this.#options.times.dataMs,
      )
      const done = () => {
        clearTimeout(timer)
        socket.off('drain', done)
        socket.off('close', done)
        if (this.#fault) reject(this.#fault)
        else resolve()
      }
      socket.once('drain', done)
      socket.once('close', done)
    })
  }

  /** The next reply in order. @throws DeliveryFault */
  reply(phase: Phase, timeoutMs: number): Promise<PeerReply> {
    if (this.#fault)
      return Promise.reject(
        new DeliveryFault(phase, this.#fault.kind, this.#fault.message, this.#fault.reply),
      )
    return new Promise((resolve, reject) => {
      this.#expected.push({ phase, resolve, reject })
      if (this.#expected.length === 1) this.#arm(timeoutMs)
    })
  }

  /** Takes leave politely, without waiting for the answer longer than a second. */
  quit(): void {
    if (this.#fault === null) this.write('QUIT\r\n')
    this.#socket.end()
    setTimeout(() => this.destroy(), 1000).unref()
  }

  destroy(): void {
    this.#break(new DeliveryFault('connect', 'lost', 'the connection was closed by us'))
    this.#socket.destroy()
  }

  #arm(timeoutMs: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const phase = this.#expected[0]?.phase ?? 'connect'
      this.#break(new DeliveryFault(phase, 'timeout', `no reply within ${Math.round(timeoutMs / 1000)} s`))
      this.#socket.destroy()
    }, timeoutMs)
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (cause) =>
      this.#break(
        new DeliveryFault(
          this.#expected[0]?.phase ?? 'connect',
          'lost',
          `the connection broke: ${cause.message}`,
        ),
      ),
    )
    socket.on('close', () =>
      this.#break(
        new DeliveryFault(
          this.#expected[0]?.phase ?? 'connect',
          'lost',
          this.#early
            ? `the server left: ${this.#early.code} ${this.#early.text}`
            : 'the server closed the connection',
          this.#early,
        ),
      ),
    )
  }

  #take(chunk: Buffer): void {
    try {
      for (const reply of this.#reader.push(chunk)) this.#match(reply)
    } catch (cause) {
      this.#break(
        new DeliveryFault(this.#expected[0]?.phase ?? 'connect', 'protocol', (cause as Error).message),
      )
      this.#socket.destroy()
    }
  }

  #match(reply: PeerReply): void {
    this.#options.onLine?.('them', [reply.code, reply.enhanced, reply.text].filter(Boolean).join(' '))
    const expected = this.#expected.shift()
    if (!expected) {
      // A reply that nobody asked for is usually 421 before the server leaves; kept as the reason.
      this.#early = reply
      return
    }
    if (this.#expected.length === 0 && this.#timer) {
      clearTimeout(this.#timer)
      this.#timer = null
    } else this.#timer?.refresh()
    expected.resolve(reply)
  }

  #break(fault: DeliveryFault): void {
    if (this.#fault) return
    this.#fault = fault
    if (this.#timer) clearTimeout(this.#timer)
    for (const each of this.#expected.splice(0))
      each.reject(new DeliveryFault(each.phase, fault.kind, fault.message, fault.reply))
  }
}

function readExtensions(text: string): Map<string, string> {
  const extensions = new Map<string, string>()
  for (const line of text.split('\n').slice(1)) {
    const [name = '', ...rest] = line.trim().split(/[ =]/)
    extensions.set(name.toUpperCase(), rest.join(' '))
  }
  return extensions
}
