import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiParts } from './api-parts.ts'
import { splitEndpoint } from './loopback.ts'
import { refuseUnreadable } from './refuse-unreadable.ts'

const tryAgainMs = 5000
const stopGraceMs = 2500

/** Limits of a connection: this door serves a few people and programs of this machine. */
const limits = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2000,
  // Who names none is answered as any other mistake is; see guard-requests.ts.
  requireHostHeader: false,
}
const mostConnections = 1000

/**
 * The sockets of the HTTP door. An address that is taken must not keep mail from flowing: it raises an alarm and is
 * tried again until it is free.
 */
export class ApiListeners {
  readonly #parts: Pick<ApiParts, 'config' | 'alarms' | 'log'>
  readonly #answer: RequestListener
  readonly #servers = new Map<string, Server>()
  readonly #retries = new Set<NodeJS.Timeout>()
  #stopped = false

  constructor(parts: Pick<ApiParts, 'config' | 'alarms' | 'log'>, answer: RequestListener) {
    this.#parts = parts
    this.#answer = answer
  }

  /** Addresses that are open now. */
  async listen(): Promise<string[]> {
    const open = await Promise.all(this.#parts.config['console.listen'].map((each) => this.#open(each)))
    return open.filter((each) => each !== null)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#retries) clearTimeout(timer)
    await Promise.all([...this.#servers.values()].map(close))
  }

  async #open(endpoint: string): Promise<string | null> {
    const { host, port } = splitEndpoint(endpoint)
    const server = createServer(limits, this.#answer)
    refuseUnreadable(server)
    server.maxConnections = mostConnections
    try {
      await listen(server, host, port)
    } catch (cause) {
      this.#tryAgain(endpoint, cause as NodeJS.ErrnoException)
      return null
    }
    if (this.#stopped) server.close()
    this.#servers.set(endpoint, server)
    this.#parts.alarms.clear('console-unavailable', endpoint)
    const { port: found } = server.address() as AddressInfo
    return `${host.includes(':') ? `[${host}]` : host}:${found}`
  }

  #tryAgain(endpoint: string, { code, message }: NodeJS.ErrnoException): void {
    const why = code === 'EADDRINUSE' ? 'another program listens there' : message
    this.#parts.alarms.raise(
      'console-unavailable',
      endpoint,
      `the page cannot be served on ${endpoint}: ${why}; end that program or set console.listen (mail is not affected)`,
    )
    const timer = setTimeout(() => {
      this.#retries.delete(timer)
      if (!this.#stopped) void this.#open(endpoint)
    }, tryAgainMs).unref()
    this.#retries.add(timer)
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Lets answers finish for a moment, then ends what is left: nobody's open page may hold up the end. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), stopGraceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
