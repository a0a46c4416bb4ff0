import type { Config } from '#ground/platform/config/settings.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import type { PageRules } from '#ground/platform/web/ask-page.ts'

/** By what rules servers are asked that somebody of ours has named: webhooks and identity providers. */
export function webRules(config: Config, mostBytes: number): () => PageRules {
  const resolver = createResolver({
    servers: config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    cacheEntries: 1000,
    staleForMs: config['dns.staleFor'],
  })
  const allowed = new NetworkList(config['web.allowNetworks'])
  return () => ({
    resolver,
    allowed,
    timeoutMs: config['web.timeout'],
    userAgent: 'Mailkeep',
    mostBytes,
  })
}
