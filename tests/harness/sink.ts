import { createHash } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureVersion, TLSSocket } from 'node:tls'

/** What a sink does where it should answer a command. A text is the reply; the rest is misbehaviour. */
export type SinkAct =
  | string
  /** Says nothing. */
  | { readonly kind: 'stall' }
  /** Drops the connection with a reset. */
  | { readonly kind: 'reset' }
  /** Ends its half of the connection and says nothing more. */
  | { readonly kind: 'half-close' }
  /** Answers well after `ms`. */
  | { readonly kind: 'slow'; readonly ms: number }

export type SinkStage = 'connect' | 'ehlo' | 'starttls' | 'mail' | 'rcpt' | 'data' | 'final'

/** Decides what to do at a stage; undefined: behave. `argument` is the address for mail and rcpt. */
export type SinkBehaviour = (
  stage: SinkStage,
  argument: string,
  count: number,
  /** Who asks: the address that it came from, and a number for its connection. */
  peer: { readonly ip: string; readonly connection: number },
) => SinkAct | undefined

export interface SinkMessage {
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  /** The message as it came over the wire, dots unstuffed. Empty text unless contents are kept. */
  readonly content: string
  readonly headerMessageId: string
  readonly size: number
  readonly sha256: string
  /** When it was taken: just before the good answer, however long that was in coming. */
  readonly at: number
  /** Local address of the peer. */
  readonly peer: string
  readonly tls: boolean
  readonly mailParameters: string
  readonly rcptParameters: readonly string[]
}

/** The certificate that it shows, and the versions that it speaks; `broken`: it makes no handshake. */
export type SinkTls =
  | {
      readonly cert: string
      readonly key: string
      readonly minVersion?: SecureVersion
      readonly maxVersion?: SecureVersion
      readonly ciphers?: string
    }
  | 'broken'

export interface SinkOptions {
  readonly behaviour?: SinkBehaviour
  readonly extensions?: readonly string[]
  readonly lmtp?: boolean
  readonly name?: string
  readonly port?: number
  readonly host?: string
  readonly tls?: SinkTls
  /** Contents are kept for tests that look at them; a load would fill the memory. */
  readonly keep?: boolean
  /** Told of each message that was taken, at the moment of its reply. */
  readonly onMessage?: (message: SinkMessage) => void
}

/** A receiving SMTP or LMTP server that misbehaves on order and remembers what it took. */
export class Sink implements AsyncDisposable {
  readonly messages: SinkMessage[] = []
  /** Those whose good answer nobody has gone on after: who brought them may not have heard it, and then brings them again. */
  readonly unheard = new Set<SinkMessage>()
  /** Connections ever opened, open now, and most at a time. */
  connections = 0
  open = 0
  mostOpen = 0
  behaviour: SinkBehaviour
  port = 0
  #options: SinkOptions
  #server: Server | null = null
  readonly #sockets = new Set<Socket>()
  readonly #counts = new Map<string, number>()

  private constructor(options: SinkOptions) {
    this.#options = options
    this.behaviour = options.behaviour ?? (() => undefined)
  }

  static async start(options: SinkOptions = {}): Promise<Sink> {
    const sink = new Sink(options)
    await sink.listen(options.port ?? 0)
    return sink
  }

  /** Starts to listen; also again after `down`. */
  listen(port = this.port): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
    this.#server = server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: this.#options.host ?? '127.0.0.1', port }, () => {
        const address = server.address()
        this.port = typeof address === 'object' && address ? address.port : port
        resolve()
      })
    })
  }

  /** Offers TLS from the next connection on; none: no more. */
  offer(tls: SinkTls | undefined): void {
    const { tls: _before, ...options } = this.#options
    this.#options = tls === undefined ? options : { ...options, tls }
  }

  /** Stops listening and drops every connection: the server is down. */
  async down(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.hangUp()
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  /** Goes to another address of this machine: at the one before nobody answers any more. */
  async move(host: string): Promise<void> {
    await this.down()
    this.#options = { ...this.#options, host }
    await this.listen()
  }

  /** Drops every connection, and goes on listening. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** How often each Message-ID was taken, by recipient. */
  copies(): Map<string, number> {
    const copies = new Map<string, number>()
    for (const each of this.messages) {
      for (const rcpt of each.rcptTo) {
        const key = `${each.headerMessageId} ${rcpt}`
        copies.set(key, (copies.get(key) ?? 0) + 1)
      }
    }
    return copies
  }

  /** Copies of what somebody had brought and heard the answer of: none of them should have come. */
  needless(): SinkMessage[] {
    const heard = new Set<string>()
    return this.messages.filter((each) => {
      const keys = each.rcptTo.map((rcpt) => `${each.headerMessageId} ${rcpt}`)
      const isNeedless = keys.some((key) => heard.has(key))
      if (!this.unheard.has(each)) for (const key of keys) heard.add(key)
      return isNeedless
    })
  }

  get hop(): string {
    const { lmtp, host = '127.0.0.1' } = this.#options
    return `${lmtp ? 'lmtp' : 'smtp'}://${host}:${this.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down()
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    this.connections += 1
    this.open += 1
    this.mostOpen = Math.max(this.mostOpen, this.open)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.open -= 1
      this.#sockets.delete(socket)
    })
    const peer = { ip: socket.remoteAddress ?? '', connection: this.connections }
    new SinkSession(this, this.#options, socket, (stage, argument) =>
      this.#decide(stage, argument, peer),
    ).start()
  }

  #decide(stage: SinkStage, argument: string, peer: { ip: string; connection: number }): SinkAct | undefined {
    const count = (this.#counts.get(stage) ?? 0) + 1
    this.#counts.set(stage, count)
    return this.behaviour(stage, argument, count, peer)
  }
}

/** What DATA has brought so far; `tail` is what the end mark may have begun in. */
interface DataContent {
  readonly parts: string[]
  readonly size: number
  readonly tail: string
}

/** As far as the Message-ID is looked for. */
const headRead = 65_536

/** DATA itself ended with CRLF, so a dot may end the content at once. */
function emptyContent(): DataContent {
  return { parts: [], size: 0, tail: '\r\n' }
}

/** One connection to a sink. */
class SinkSession {
  readonly #sink: Sink
  readonly #options: SinkOptions
  #socket: Socket
  readonly #decide: (stage: SinkStage, argument: string) => SinkAct | undefined
  #buffer = ''
  #data = false
  #content = emptyContent()
  #mailOpen = false
  #mailFrom = ''
  #mailParameters = ''
  #rcptTo: string[] = []
  #rcptParameters: string[] = []
  #stopped = false
  #tls = false
  #queue: Promise<void> = Promise.resolve()
  /** What it has taken last, until its peer goes on. */
  #last: SinkMessage | null = null

  constructor(
    sink: Sink,
    options: SinkOptions,
    socket: Socket,
    decide: (stage: SinkStage, argument: string) => SinkAct | undefined,
  ) {
    this.#sink = sink
    this.#options = options
    this.#socket = socket
    this.#decide = decide
  }

  start(): void {
    this.#act('connect', '', `220 ${this.#options.name ?? 'sink.example'} ESMTP`)
    this.#listen()
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#buffer += chunk.toString('latin1')
      this.#queue = this.#queue.then(() => this.#pump())
    })
  }

  async #pump(): Promise<void> {
    while (!this.#stopped) {
      if (this.#data) {
        const content = this.#collect()
        if (content === null) return
        this.#data = false
        await this.#take(content)
        continue
      }
      const end = this.#buffer.indexOf('\r\n')
      if (end < 0) return
      const line = this.#buffer.slice(0, end)
      this.#buffer = this.#buffer.slice(end + 2)
      await this.#command(line)
    }
  }

  /** The content of a message when its end has come. What is not kept is counted only, however large. */
  #collect(): DataContent | null {
    const { tail } = this.#content
    const text = tail + this.#buffer
    const end = text.indexOf('\r\n.\r\n')
    const part = end < 0 ? this.#buffer : text.slice(tail.length, Math.max(tail.length, end + 2))
    const size = this.#content.size + (end < 0 ? part.length : end + 2 - tail.length)
    const parts = this.#content.parts
    if (this.#options.keep || this.#content.size < headRead) parts.push(part)
    this.#buffer = end < 0 ? '' : text.slice(end + 5)
    this.#content = end < 0 ? { parts, size, tail: text.slice(-4) } : emptyContent()
    return end < 0 ? null : { parts, size, tail: '' }
  }

  async #command(line: string): Promise<void> {
    if (this.#last) this.#sink.unheard.delete(this.#last)
    this.#last = null
    const verb = line.slice(0, 4).toUpperCase()
    const [, address = '', parameters = ''] = /<([^>]*)>\s*(.*)$/.exec(line) ?? []
    if (verb === 'EHLO' || verb === 'LHLO') await this.#act('ehlo', line.slice(5), this.#extensions())
    else if (verb === 'HELO') await this.#act('ehlo', line.slice(5), '250 sink.example')
    else if (verb === 'STAR') await this.#startTls()
    else if (verb === 'MAIL') {
      this.#mailOpen = await this.#act('mail', address, '250 2.1.0 ok')
      this.#mailFrom = address
      this.#mailParameters = parameters
      this.#rcptTo = []
      this.#rcptParameters = []
    } else if (verb === 'RCPT') {
      if (!this.#mailOpen) this.#write('503 5.5.1 MAIL first')
      else if (await this.#act('rcpt', address, '250 2.1.5 ok')) {
        this.#rcptTo.push(address)
        this.#rcptParameters.push(parameters)
      }
    } else if (verb === 'DATA') {
      if (this.#rcptTo.length === 0) this.#write('503 5.5.1 no recipients')
      else this.#data = await this.#act('data', '', '354 go on')
    } else if (verb === 'RSET') {
      this.#rcptTo = []
      this.#mailOpen = false
      this.#write('250 2.0.0 ok')
    } else if (verb === 'QUIT') {
      this.#write('221 2.0.0 bye')
      this.#socket.end()
    } else this.#write('250 2.0.0 ok')
  }

  #extensions(): string {
    const list = [
      ...(this.#options.extensions ?? ['PIPELINING', 'SIZE 200000000', '8BITMIME', 'SMTPUTF8', 'DSN']),
      ...(this.#options.tls && !this.#tls ? ['STARTTLS'] : []),
    ]
    return ['sink.example', ...list]
      .map((each, index) => `250${index === list.length ? ' ' : '-'}${each}`)
      .join('\r\n')
  }

  async #startTls(): Promise<void> {
    if (!(await this.#act('starttls', '', '220 2.0.0 go on'))) return
    const plain = this.#socket
    plain.removeAllListeners('data')
    if (this.#options.tls === 'broken' || this.#options.tls === undefined) {
      plain.write(Buffer.from('this is no handshake\r\n'))
      setTimeout(() => plain.destroy(), 100)
      return
    }
    const secure = new TLSSocket(plain, {
      isServer: true,
      secureContext: createSecureContext(this.#options.tls),
    })
    secure.on('error', () => plain.destroy())
    this.#socket = secure
    this.#tls = true
    this.#listen()
  }

  async #take({ parts, size }: DataContent): Promise<void> {
    const content = parts.join('').slice(0, size)
    const unstuffed = this.#options.keep ? content.replace(/(^|\r\n)\./g, '$1') : ''
    const message = {
      mailFrom: this.#mailFrom,
      rcptTo: [...this.#rcptTo],
      content: unstuffed,
      headerMessageId: /^message-id:\s*(\S+)/im.exec(content.slice(0, headRead))?.[1] ?? '',
      size,
      sha256: this.#options.keep
        ? createHash('sha256').update(Buffer.from(unstuffed, 'latin1')).digest('hex')
        : '',
      peer: this.#socket.remoteAddress ?? '',
      tls: this.#tls,
      mailParameters: this.#mailParameters,
      rcptParameters: [...this.#rcptParameters],
    }
    const replies = this.#options.lmtp ? message.rcptTo : ['']
    const taken: string[] = []
    for (const rcpt of replies)
      if (
        await this.#act('final', rcpt, '250 2.0.0 taken', () => {
          taken.push(rcpt)
          if (!this.#options.lmtp) this.#record(message)
        })
      )
        continue
    if (this.#options.lmtp && taken.length > 0) this.#record({ ...message, rcptTo: taken })
    this.#rcptTo = []
  }

  #record(content: Omit<SinkMessage, 'at'>): void {
    const message = { ...content, at: Date.now() }
    this.#last = message
    this.#sink.unheard.add(message)
    this.#sink.messages.push(message)
    this.#options.onMessage?.(message)
  }

  /** Does what was ordered for a stage, or answers well. True: the stage went well. `before` runs before a good answer. */
  async #act(stage: SinkStage, argument: string, good: string, before?: () => void): Promise<boolean> {
    const act = this.#decide(stage, argument)
    if (act === undefined) {
      before?.()
      this.#write(good)
      return true
    }
    if (typeof act === 'string') {
      const isGood = /^[23]/.test(act)
      if (isGood) before?.()
      this.#write(act)
      if (act.startsWith('421')) this.#socket.end()
      return isGood
    }
    if (act.kind === 'slow') {
      await new Promise((resolve) => setTimeout(resolve, act.ms))
      before?.()
      this.#write(good)
      return true
    }
    this.#stopped = true
    if (act.kind === 'reset') this.#socket.resetAndDestroy()
    if (act.kind === 'half-close') this.#socket.end()
    return false
  }

  #write(text: string): void {
    if (this.#socket.writable) this.#socket.write(`${text}\r\n`)
  }
}
