import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Under HTTPS no other host of the same domain, and nothing without encryption, can set a cookie of such a name
 * (RFC 6265bis, 4.1.3.2): nobody is signed in unseen as somebody else.
 */
function nameOf(isSecure: boolean): string {
  return isSecure ? '__Host-mailkeep' : 'mailkeep'
}

/** Held by a browser on its way to an identity provider and back. */
export const wayCookie = 'mailkeep-way'

/** The secret of the session in a request; null: there is none. */
export function readCookie(request: Pick<FastifyRequest, 'headers'>, isSecure: boolean): string | null {
  return readNamedCookie(request, nameOf(isSecure))
}

export function readNamedCookie(request: Pick<FastifyRequest, 'headers'>, name: string): string | null {
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

/** For ten minutes; a redirect from the provider sends it along, and a script does not see it. */
export function sendWayCookie(reply: FastifyReply, secret: string, isSecure: boolean): void {
  reply.header(
    'set-cookie',
    `${wayCookie}=${secret}; Path=/sign-in/with; HttpOnly; SameSite=Lax; Max-Age=600${isSecure ? '; Secure' : ''}`,
  )
}

export function dropCookie(reply: FastifyReply, isSecure: boolean): void {
  reply.header('set-cookie', `${cookieOf('', isSecure)}; Max-Age=0`)
}

function cookieOf(value: string, isSecure: boolean): string {
  return `${nameOf(isSecure)}=${value}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}
