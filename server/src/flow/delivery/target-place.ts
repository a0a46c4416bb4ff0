import type { Target } from './target.ts'

/** A server as alarms name it, and figures within it. Several may share a name, or an address: each is one of its own. */
export function targetPlace({ host, ip, port }: Pick<Target, 'host' | 'ip' | 'port'>): string {
  return host === ip ? `${ip}:${port}` : `${host} [${ip}]:${port}`
}
