/** Where a scanner listens. */
export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number }

/**
 * Reads an address as `antivirus.backends` gives it: `/run/clamav/clamd.ctl`, `unix:/run/...`, `host:port` or
 * `[v6]:port`. @throws Error that says what would be right
 */
export function readClamdAddress(text: string): ClamdAddress {
  const path = text.startsWith('unix:') ? text.slice('unix:'.length) : text
  if (path.startsWith('/')) return { path }
  const found = /^(?:tcp:)?(?:\[([^\]]+)\]|([^:[\]/]+)):(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  if (!found || port < 1 || port > 65_535)
    throw new Error('a socket such as /run/clamav/clamd.ctl, or host:port such as 127.0.0.1:3310')
  return { host: found[1] ?? found[2] ?? '', port }
}
