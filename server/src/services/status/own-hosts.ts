import { domainToASCII } from 'node:url'

/** Hosts that this house is known by to everybody: its mail host, and those of its status page and console. */
export function ownHostsOf(
  config: Readonly<Record<'site.host' | 'status.url' | 'console.url', string>>,
): string[] {
  const pages = [config['status.url'], config['console.url']].filter((url) => URL.canParse(url))
  return [config['site.host'], ...pages.map((url) => new URL(url).hostname)]
    .map(domainToASCII)
    .filter(Boolean)
}
