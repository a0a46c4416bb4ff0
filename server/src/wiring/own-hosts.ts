import { domainToASCII } from 'node:url'
import type { Config } from '#ground/platform/config/settings.ts'

/** Host names that are the platform's own: of its mail, its status page and its console. */
export function ownHostsOf(config: Pick<Config, 'site.host' | 'status.url' | 'console.url'>): string[] {
  const pages = [config['status.url'], config['console.url']].filter((url) => URL.canParse(url))
  const hosts = [config['site.host'], ...pages.map((url) => new URL(url).hostname)]
  return hosts.map(domainToASCII).filter(Boolean)
}
