import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PublishedState } from '#services/status/publish-status.ts'
import { renderStatus, type StatusFile } from '#services/status/render-status.ts'

/** The page is made anew this often, so that planned work begins and ends on it and its age grows. */
const freshMs = 5000
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'public, max-age=15',
}

/**
 * Serves the published status page and nothing else. It knows no database and no other process: with the platform gone
 * it shows the last state, and how old that is.
 */
export class StatusServer {
  readonly #published: PublishedState
  readonly #now: () => number
  readonly #servers: Server[] = []
  #files: ReadonlyMap<string, StatusFile> = new Map()
  #madeAt = Number.NEGATIVE_INFINITY
  #madeOf: object | null = null

  constructor(folder: string, now: () => number = Date.now) {
    this.#published = new PublishedState(folder)
    this.#now = now
  }

  /** @param endpoints as `127.0.0.1:8085`; answers those that it listens on */
  async listen(endpoints: readonly string[]): Promise<string[]> {
    const places: string[] = []
    for (const endpoint of endpoints) {
      const colon = endpoint.lastIndexOf(':')
      const host = endpoint.slice(0, colon).replace(/^\[|\]$/g, '')
      const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 8192 }, (request, response) => {
        this.#answer(request, response).catch(() => response.destroy())
      })
      server.maxConnections = 500
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(Number(endpoint.slice(colon + 1)), host, resolve)
      })
      this.#servers.push(server)
      const { port: bound } = server.address() as AddressInfo
      places.push(`${host.includes(':') ? `[${host}]` : host}:${bound}`)
    }
    return places
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return end(response, 405, 'Only GET and HEAD.\n')
    }
    await this.#refresh()
    if (this.#files.size === 0) return end(response, 503, 'Nothing has been published yet.\n')
    // Paths are looked up among the files that were made: none of them reaches the disk.
    const path = (request.url ?? '/').split('?', 1)[0]?.slice(1) ?? ''
    const file = this.#files.get(path === '' ? 'index.html' : path)
    if (!file) return end(response, 404, 'There is no such page.\n')
    const tag = `"${createHash('sha256').update(file.body).digest('base64url').slice(0, 22)}"`
    response.setHeader('etag', tag)
    if (path.startsWith('api/')) response.setHeader('access-control-allow-origin', '*')
    if (request.headers['if-none-match'] === tag) return end(response, 304, '')
    end(response, 200, request.method === 'HEAD' ? '' : file.body, file.type)
  }

  async #refresh(): Promise<void> {
    const state = await this.#published.read()
    const now = this.#now()
    if (state === null || (state === this.#madeOf && now - this.#madeAt < freshMs)) return
    this.#files = renderStatus(state, now)
    this.#madeAt = now
    this.#madeOf = state
  }
}

function end(response: ServerResponse, code: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.statusCode = code
  if (code !== 304) response.setHeader('content-type', type)
  response.end(body)
}
