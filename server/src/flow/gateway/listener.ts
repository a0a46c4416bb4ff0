import { createServer, type Server, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { clientKey } from '#ground/platform/client-key.ts'
import type { GatewayContext } from './context.ts'
import { readProxyHeader } from './proxy-header.ts'
import { formatReply, type Reply, replies } from './replies.ts'
import { type Door, Session } from './session.ts'
import type { SessionClient } from './session-state.ts'
import { SocketConnection } from './socket-connection.ts'

export interface ListenerOptions {
  readonly context: GatewayContext
  readonly secureContext: () => SecureContext | null
  readonly door: Door
  /** Whether a direct peer starts its connections with a PROXY header. */
  readonly isProxy: (ip: string) => boolean
}

/** Why a connection is not let in, and what its client hears. */
interface Turned {
  readonly reason: string
  readonly reply: Reply
}

/** Time in which a balancer has to have sent its header. */
const longestProxyWait = 5000
/** Time in which a refusal has to be read, and how many may be so waited for. */
const longestLeave = 1000
const mostLeaving = 500

/**
 * Accepts connections and gives each a session. Limits on connections are kept here, before a session exists:
 * ten thousand connections that say nothing cost ten thousand short refusals and no more.
 */
export class Listener {
  readonly #options: ListenerOptions
  readonly #servers: Server[] = []
  readonly #sessions = new Set<Session>()
  readonly #openByClient = new Map<string, number>()
  /** Clients that greeted us properly within the last day need not be made to wait again. */
  readonly #behaved = new Map<string, number>()
  /** Connections that were let in. Those that are turned away must not take the place of others. */
  #open = 0
  #leaving = 0
  #stopping = false
  readonly #clockwork: NodeJS.Timeout

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#clockwork = setInterval(() => this.#checkTimes(), 1000)
  }

  get sessions(): number {
    return this.#sessions.size
  }

  /**
   * Starts to listen at `host:port`; answers the port, which the system chose if 0 was asked for.
   * @param isTls TLS from the first byte
   */
  listen(host: string, port: number, isTls = false): Promise<number> {
    const server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) =>
      this.#connected(socket, isTls),
    )
    this.#servers.push(server)
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, backlog: this.#options.context.settings['gateway.backlog'] }, () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : port)
      })
    })
  }

  /** Takes no new connections, lets messages in flight finish, then closes the rest. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    clearInterval(this.#clockwork)
    for (const server of this.#servers) server.close()
    for (const session of this.#sessions) session.stop()
    const until = Date.now() + graceMs
    while (this.#open > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    for (const session of this.#sessions) session.connection.destroy()
  }

  #connected(socket: Socket, isTls: boolean): void {
    const peer = withoutMapping(socket.remoteAddress ?? '')
    if (peer === '') {
      socket.destroy()
      return
    }
    socket.on('error', () => socket.destroy())
    const isProxy = this.#options.isProxy(peer)
    // A balancer's address stands for many clients; they are counted once their own address is known.
    const refused = this.#mayOpen() ?? (isProxy ? null : this.#mayConnect(peer))
    if (refused) this.#turnAway(socket, peer, refused)
    else this.#letIn(socket, peer, isProxy, isTls)
  }

  #letIn(socket: Socket, peer: string, isProxy: boolean, isTls: boolean): void {
    this.#open += 1
    socket.once('close', () => {
      this.#open -= 1
    })
    if (isProxy) this.#readProxy(socket, peer, isTls)
    else {
      this.#count(socket, peer)
      this.#begin(socket, peer, { ip: peer, port: socket.remotePort ?? 0 }, null, isTls)
    }
  }

  #mayOpen(): Turned | null {
    if (this.#stopping) return { reason: 'shutting-down', reply: replies.shuttingDown }
    return this.#open < this.#options.context.settings['gateway.maxConnections']
      ? null
      : { reason: 'node-full', reply: replies.nodeFull }
  }

  #mayConnect(ip: string): Turned | null {
    const { settings, rates } = this.#options.context
    if ((this.#openByClient.get(clientKey(ip)) ?? 0) >= settings['gateway.maxConnectionsPerClient'])
      return { reason: 'client-connections', reply: replies.tooManyConnections }
    return rates.takeConnection(ip) ? null : { reason: 'connection-rate', reply: replies.tooFastConnections }
  }

  /** Counts a connection for its client until it is closed. */
  #count(socket: Socket, ip: string): void {
    const key = clientKey(ip)
    this.#openByClient.set(key, (this.#openByClient.get(key) ?? 0) + 1)
    socket.once('close', () => {
      const left = (this.#openByClient.get(key) ?? 1) - 1
      if (left <= 0) this.#openByClient.delete(key)
      else this.#openByClient.set(key, left)
    })
  }

  #turnAway(socket: Socket, ip: string, { reason, reply }: Turned): void {
    const session = new Session(
      this.#options.context,
      new SocketConnection(socket, () => null),
      { ip, port: socket.remotePort ?? 0, helo: '', esmtp: false, tls: null },
      ip,
      this.#options.door,
    )
    this.#options.context.refusals.note(session, { stage: 'connect', reason, reply })
    socket.end(formatReply(reply))
    // Who does not read the refusal must not keep the connection; of a flood nobody is waited for.
    if (this.#leaving >= mostLeaving) {
      socket.destroySoon()
      return
    }
    this.#leaving += 1
    socket.once('close', () => {
      this.#leaving -= 1
    })
    setTimeout(() => socket.destroy(), longestLeave).unref()
  }

  #readProxy(socket: Socket, peer: string, isTls: boolean): void {
    let seen = Buffer.alloc(0)
    const giveUp = () => {
      socket.off('data', onData)
      this.#turnAway(socket, peer, { reason: 'bad-proxy-header', reply: replies.badProxyHeader })
    }
    const late = setTimeout(giveUp, longestProxyWait)
    const onData = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk])
      const header = readProxyHeader(seen)
      if (header.kind === 'more') return
      clearTimeout(late)
      if (header.kind === 'bad') return giveUp()
      socket.off('data', onData)
      const client = header.client ?? { ip: peer, port: socket.remotePort ?? 0 }
      const refused = header.client === null ? null : this.#mayConnect(client.ip)
      if (refused) return this.#turnAway(socket, client.ip, refused)
      if (header.client !== null) this.#count(socket, client.ip)
      const rest = header.used < seen.length ? seen.subarray(header.used) : null
      this.#begin(socket, peer, client, rest, isTls)
    }
    socket.on('data', onData)
    socket.once('close', () => clearTimeout(late))
  }

  #begin(
    socket: Socket,
    peer: string,
    client: { ip: string; port: number },
    first: Buffer | null,
    isTls: boolean,
  ): void {
    const { context, secureContext, door } = this.#options
    const asks = () => context.senders.asksCertificates()
    const connection = new SocketConnection(socket, secureContext, asks)
    if (!isTls) {
      this.#talk(connection, peer, client, first, null)
      return
    }
    // Bytes of the handshake that came with the line of a balancer belong before those on the wire; a socket that
    // flows would drop them before TLS takes over.
    if (first) socket.pause().unshift(first)
    const handshake = connection.beginTls()
    if (handshake === null || door !== 'submission') socket.destroy()
    else
      handshake.then(
        (tls) => this.#talk(connection, peer, client, null, tls),
        () => socket.destroy(),
      )
  }

  #talk(
    connection: SocketConnection,
    peer: string,
    client: { ip: string; port: number },
    first: Buffer | null,
    tls: SessionClient['tls'],
  ): void {
    const { context, door } = this.#options
    const fingerprint = tls === null ? null : connection.fingerprint()
    const known = { ...client, helo: '', esmtp: false, tls, fingerprint }
    const session = new Session(context, connection, known, peer, door)
    this.#sessions.add(session)
    connection.attach(
      (chunk) => session.receive(chunk),
      () => {
        session.closed()
        this.#sessions.delete(session)
        if (session.messages > 0) this.#remember(client.ip)
      },
    )
    if (first) session.receive(first)
    const delay = this.#greetDelay(client.ip)
    if (delay === 0) session.greet()
    else setTimeout(() => session.greet(), delay)
  }

  #greetDelay(ip: string): number {
    const { settings, clock, rates } = this.#options.context
    const delay = settings['gateway.greetDelay']
    if (delay === 0 || rates.isExempt(ip)) return 0
    const seen = this.#behaved.get(clientKey(ip))
    return seen !== undefined && clock.now() - seen < 86_400_000 ? 0 : delay
  }

  #remember(ip: string): void {
    const key = clientKey(ip)
    this.#behaved.delete(key)
    this.#behaved.set(key, this.#options.context.clock.now())
    if (this.#behaved.size > 100_000) {
      const oldest = this.#behaved.keys().next()
      if (!oldest.done) this.#behaved.delete(oldest.value)
    }
  }

  #checkTimes(): void {
    const now = this.#options.context.clock.now()
    for (const session of this.#sessions) session.checkTime(now)
  }
}

function withoutMapping(ip: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip
}
