import type { Config } from '#ground/platform/config/settings.ts'

/** Where people find the page: what console.url names, else where it listens. */
export function addressOfPage(config: Config): string {
  return config['console.url'] || `http://${config['console.listen'][0] ?? '127.0.0.1:8080'}`
}
