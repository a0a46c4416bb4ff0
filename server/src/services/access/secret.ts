import { createHash, randomBytes } from 'node:crypto'

/** A secret of 256 bits that fits into a link or a header. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret: it cannot be guessed, so one round is enough. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
