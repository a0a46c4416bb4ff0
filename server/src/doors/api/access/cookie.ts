import type { FastifyReply, FastifyRequest } from 'fastify'

const name = 'mailkeep'

/** The secret of the session in a request; null: there is none. */
export function readCookie(request: FastifyRequest): string | null {
  for (const part of (request.headers.cookie ?? '').slice(0, 4096).split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value !== undefined && /^[\w-]{43}$/.test(value)) return value
  }
  return null
}

/**
 * Hands out the secret of a session. No script sees it, and no foreign page sends it along with a form. It ends with
 * the browser; how long it is good for the server decides.
 */
export function sendCookie(reply: FastifyReply, secret: string, isSecure: boolean): void {
  reply.header('set-cookie', cookieOf(secret, isSecure))
}

export function dropCookie(reply: FastifyReply, isSecure: boolean): void {
  reply.header('set-cookie', `${cookieOf('', isSecure)}; Max-Age=0`)
}

function cookieOf(value: string, isSecure: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}
