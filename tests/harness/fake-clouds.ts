import { generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { makeCertificate } from './certificate.ts'

/** A person or group of a fake organisation. */
export interface FakePerson {
  readonly id: string
  readonly name: string
  /** The main one first. */
  readonly addresses: readonly string[]
}

/** An organisation with people, as Graph and Google would tell of it. */
export interface FakeOrganisation {
  people: readonly FakePerson[]
  groups: readonly (FakePerson & { readonly members: readonly string[] })[]
}

/** What goes wrong for a question; null: nothing. */
export type Trouble = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
} | null

/**
 * Graph and the Google Directory on loopback over HTTPS, with signing in, pages and trouble. The shape of answers is
 * that of the documentation of both.
 */
export class FakeClouds {
  readonly ca: string
  readonly url: string
  /** By the id of a tenant or customer. */
  readonly organisations = new Map<string, FakeOrganisation>()
  /** Questions as `METHOD path?query`, in order. */
  readonly asked: string[] = []
  /** Asked for each question. `page` counts from 1 within a listing. */
  trouble: (about: {
    readonly organisation: string
    readonly path: string
    readonly page: number
  }) => Trouble = () => null
  pageSize = 2
  /** What access tokens and links to next pages are filled up with. */
  padding = ''
  /** Organisations that hear no answer at all. */
  readonly silent = new Set<string>()
  readonly #server: Server
  readonly #privateKey: string

  private constructor(server: Server, port: number, ca: string, privateKey: string) {
    this.#server = server
    this.url = `https://127.0.0.1:${port}`
    this.ca = ca
    this.#privateKey = privateKey
  }

  static async start(folder: string): Promise<FakeClouds> {
    const { cert, key } = makeCertificate(folder, 'clouds', 'IP:127.0.0.1')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const server = createServer({ cert, key, maxHeaderSize: 64 << 10 })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const clouds = new FakeClouds(server, port, cert, pem)
    server.on('request', (request, response) => void clouds.#answer(request, response))
    return clouds
  }

  /** The key file of a service account of a customer. */
  googleKey(customer: string): string {
    return JSON.stringify({
      type: 'service_account',
      client_email: `sync@${customer}.iam.example`,
      private_key: this.#privateKey,
      token_uri: `${this.url}/google-token`,
    })
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    const url = new URL(request.url ?? '/', this.url)
    this.asked.push(`${request.method} ${url.pathname}${url.search.slice(0, 200)}`)
    const say = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
    }
    const organisation = this.#organisationOf(url, request.headers.authorization ?? '', body)
    if (this.silent.has(organisation)) return
    const page =
      Number((url.searchParams.get('$skiptoken') ?? url.searchParams.get('pageToken') ?? '0').split('.')[0]) +
      1
    const trouble = this.trouble({ organisation, path: url.pathname, page })
    if (trouble)
      return say(
        trouble.status,
        trouble.body ?? { error: { code: 'trouble', message: 'as told' } },
        trouble.headers,
      )
    if (url.pathname.endsWith('/token') || url.pathname === '/google-token')
      return say(200, {
        token_type: 'Bearer',
        expires_in: 3600,
        access_token: `${organisation}.${this.padding}`,
      })
    const found = this.organisations.get(organisation)
    if (!found) return say(401, { error: { code: 'InvalidAuthenticationToken', message: 'no such token' } })
    if (url.pathname.startsWith('/v1.0/')) return say(200, this.#graph(found, url, page))
    return say(200, this.#google(found, url, page))
  }

  /** Whose question it is: named when signing in, then by the token. */
  #organisationOf(url: URL, authorization: string, body: string): string {
    if (url.pathname.endsWith('/oauth2/v2.0/token')) return url.pathname.split('/')[1] ?? ''
    if (url.pathname === '/google-token') {
      const claims = new URLSearchParams(body).get('assertion')?.split('.')[1] ?? ''
      return JSON.parse(Buffer.from(claims, 'base64url').toString()).iss.replace(
        /^sync@(.*)\.iam\.example$/,
        '$1',
      )
    }
    return authorization.replace(/^Bearer ([^.]*)\..*$/s, '$1')
  }

  #graph({ people, groups }: FakeOrganisation, url: URL, page: number): object {
    const group = /^\/v1\.0\/groups\/([^/]+)\/transitiveMembers/.exec(url.pathname)?.[1]
    const filter = url.searchParams.get('$filter') ?? ''
    const all =
      group !== undefined
        ? people.filter(({ id }) =>
            groups.find((each) => each.id === decodeURIComponent(group))?.members.includes(id),
          )
        : url.pathname.startsWith('/v1.0/users')
          ? people
          : groups.filter(
              ({ name }) =>
                !filter.startsWith('displayName') ||
                filter === `displayName eq '${name.replaceAll("'", "''")}'`,
            )
    const shown = all.slice((page - 1) * this.pageSize, page * this.pageSize)
    const next = new URL(url)
    next.searchParams.set('$skiptoken', `${page}.${this.padding}`)
    return {
      '@odata.count': all.length,
      value: shown.map(({ id, name, addresses }) => ({
        id,
        displayName: name,
        mail: addresses[0] ?? null,
        proxyAddresses: addresses.map((each, index) => `${index === 0 ? 'SMTP' : 'smtp'}:${each}`),
      })),
      ...(page * this.pageSize < all.length && { '@odata.nextLink': next.href }),
    }
  }

  #google({ people, groups }: FakeOrganisation, url: URL, page: number): object {
    const group = /\/groups\/([^/]+)\/members$/.exec(url.pathname)?.[1]
    const isUsers = url.pathname.endsWith('/users')
    const members = groups.find((each) => each.id === decodeURIComponent(group ?? ''))?.members ?? []
    const all: readonly FakePerson[] =
      group !== undefined ? people.filter(({ id }) => members.includes(id)) : isUsers ? people : groups
    const shown = all.slice((page - 1) * this.pageSize, page * this.pageSize)
    const list = shown.map(({ id, name, addresses: [first = '', ...aliases] }) =>
      isUsers
        ? { id, primaryEmail: first, name: { fullName: name }, aliases }
        : { id, email: first, name, aliases },
    )
    const more = page * this.pageSize < all.length && { nextPageToken: `${page}.${this.padding}` }
    return { [group !== undefined ? 'members' : isUsers ? 'users' : 'groups']: list, ...more }
  }
}
