import type { FastifyReply, FastifyRequest } from 'fastify'

/** A cookie of its own: it opens nothing but the pages of one person's mail, and no browser sends it elsewhere. */
const name = 'mailkeep-review'

/** The secret of a person's session; null: there is none. */
export function readReviewCookie(request: FastifyRequest): string | null {
  for (const part of (request.headers.cookie ?? '').slice(0, 4096).split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value !== undefined && /^[\w-]{43}$/.test(value)) return value
  }
  return null
}

export function sendReviewCookie(reply: FastifyReply, secret: string, isSecure: boolean): void {
  reply.header('set-cookie', cookieOf(secret, isSecure))
}

export function dropReviewCookie(reply: FastifyReply, isSecure: boolean): void {
  reply.header('set-cookie', `${cookieOf('', isSecure)}; Max-Age=0`)
}

function cookieOf(value: string, isSecure: boolean): string {
  return `${name}=${value}; Path=/review; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}
