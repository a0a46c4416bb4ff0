import { createServer } from 'node:net'

/**
 * Whether an address belongs to this machine: a socket is bound to it, and closed again.
 * @returns null: it does; else why not
 */
export function whyNotOwn(ip: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (cause: NodeJS.ErrnoException) => resolve(cause.code ?? cause.message))
    server.listen({ host: ip, port: 0, exclusive: true }, () => server.close(() => resolve(null)))
  })
}
