import { createServer, type Server } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { TestAuthority } from './test-authority.ts'

/** What a host of MTA-STS policies says for a domain: a policy, silence, or a page that is none. */
export type PolicyAnswer =
  | string
  | 'stalls'
  | { readonly status: number; readonly type: string; readonly body: string }

/** `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` of many domains, on one port of loopback. */
export class PolicyHost implements AsyncDisposable {
  readonly answers = new Map<string, PolicyAnswer>()
  /** Domains that were asked for, in order. */
  readonly asked: string[] = []
  port = 0
  #server: Server | null = null

  static async start(authority: TestAuthority, domains: readonly string[], ip: string): Promise<PolicyHost> {
    const host = new PolicyHost()
    const names = domains.map((each) => `mta-sts.${each}`)
    const { cert, key } = authority.leaf({ names })
    const server = createServer({ cert, key }, (request, response) => {
      const domain = String(request.headers.host)
        .replace(/^mta-sts\./, '')
        .replace(/:\d+$/, '')
      host.asked.push(domain)
      const answer = host.answers.get(domain)
      if (answer === 'stalls') return
      const page = typeof answer === 'string' ? { status: 200, type: 'text/plain', body: answer } : answer
      response.writeHead(page?.status ?? 404, { 'content-type': page?.type ?? 'text/plain' })
      response.end(page?.body ?? 'there is none')
    })
    host.#server = server
    await new Promise<void>((resolve) => server.listen(0, ip, resolve))
    const address = server.address()
    host.port = typeof address === 'object' && address ? address.port : 0
    return host
  }

  /** Shows another certificate from the next connection on. */
  show(leaf: { cert: string; key: string }): void {
    createSecureContext(leaf)
    this.#server?.setSecureContext(leaf)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const server = this.#server
    this.#server = null
    server?.closeAllConnections()
    if (server) await new Promise((resolve) => server.close(resolve))
  }
}

/** The text of a policy. */
export function policyText(mode: string, ...mx: readonly string[]): string {
  return ['version: STSv1', `mode: ${mode}`, ...mx.map((each) => `mx: ${each}`), 'max_age: 86400', ''].join(
    '\r\n',
  )
}
