import type { Config } from '#ground/platform/config/settings.ts'

/** Host names that are the platform's own. */
export function ownHostsOf(config: Config): string[] {
  const url = config['console.url']
  return [config['site.host'], ...(url === '' ? [] : [new URL(url).hostname])].map((each) =>
    each.toLowerCase(),
  )
}
