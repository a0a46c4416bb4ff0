import { createHmac } from 'node:crypto'

/**
 * Signature of what is sent: HMAC-SHA256 over the moment in seconds, a dot, and the body as it is. The moment is part
 * of it, so that an old one cannot be sent anew.
 */
export function signPayload(secret: string, body: string, atMs: number): string {
  const t = Math.floor(atMs / 1000)
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}
