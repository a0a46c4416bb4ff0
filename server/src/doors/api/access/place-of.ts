import type { FastifyRequest } from 'fastify'
import type { PasskeyPlace } from '#services/access/passkey.ts'
import { isLoopbackHost } from '../loopback.ts'

/** Host name and origin by which a page was reached. The name is one of ours: guard-requests has looked at it. */
export function placeOf(request: FastifyRequest, consoleUrl: string): PasskeyPlace {
  const authority = (request.headers.host ?? '').toLowerCase()
  const host = authority.replace(/:\d{1,5}$/, '')
  const isPlain = isLoopbackHost(authority) || consoleUrl.startsWith('http:')
  return { host, origin: `${isPlain ? 'http' : 'https'}://${authority}` }
}
