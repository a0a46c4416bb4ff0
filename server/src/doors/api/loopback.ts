import { ConfigError } from '#ground/platform/config/load-config.ts'

const loopbackName = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|::1)$/i

/**
 * Refuses to serve the page where others could reach it without encryption: passwords and cookies pass here.
 * @throws ConfigError
 */
export function requireLoopback(endpoints: readonly string[]): void {
  const others = endpoints.filter((each) => !loopbackName.test(splitEndpoint(each).host))
  if (others.length === 0) return
  throw new ConfigError([
    `console.listen is ${others.join(', ')}; expected a loopback address such as 127.0.0.1:8080 or [::1]:8080, because it speaks no TLS: put a web server with a certificate in front and name its address in console.url, or use an SSH tunnel`,
  ])
}

/** Whether a peer is this machine. */
export function isLoopbackAddress(ip: string): boolean {
  return /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i.test(ip)
}

/** Host and port of `host:port`. */
export function splitEndpoint(endpoint: string): { host: string; port: number } {
  const at = endpoint.lastIndexOf(':')
  return { host: endpoint.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(endpoint.slice(at + 1)) }
}

/** Whether a Host header names this machine as its users do: anything else may be a foreign name made to point here. */
export function isLoopbackHost(host: string): boolean {
  const name = /^(.*?)(?::\d{1,5})?$/.exec(host)?.[1] ?? ''
  return /^(?:localhost|127\.0\.0\.1|\[::1\])$/i.test(name)
}

/** The domain whose MTA-STS policy is asked for by this Host header; null: none. */
export function mtaStsDomain(host: string): string | null {
  return /^mta-sts\.([a-z0-9.-]{1,253}?)\.?(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase() ?? null
}
