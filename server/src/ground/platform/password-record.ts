import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { hashPassword } from './password-hash.ts'

const derive = promisify(pbkdf2)

/** What is kept of a password for mail programs: enough to prove it by each mechanism, too little to use it elsewhere. */
export interface PasswordRecord {
  readonly id: string
  /** argon2id in PHC form, for PLAIN and LOGIN. */
  readonly hash: string
  /** SCRAM-SHA-256 (RFC 5802): base64. All passwords of one login share salt and rounds, since the salt is told first. */
  readonly salt: string
  readonly rounds: number
  readonly storedKey: string
  readonly serverKey: string
}

/** Above the 4096 that RFC 7677 asks for; the passwords are random, so more would only cost telephones time. */
const scramRounds = 8192

/** Makes the record of a password. @param salt of another password of the same login; null: it is the first */
export async function recordPassword(
  id: string,
  password: string,
  salt: string | null,
): Promise<PasswordRecord> {
  const saltBytes = salt === null ? randomBytes(16) : Buffer.from(salt, 'base64')
  const salted = await derive(password, saltBytes, scramRounds, 32, 'sha256')
  return {
    id,
    hash: await hashPassword(password),
    salt: saltBytes.toString('base64'),
    rounds: scramRounds,
    storedKey: createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64'),
    serverKey: hmac(salted, 'Server Key').toString('base64'),
  }
}

export function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

const letters = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A password of 80 random bits in groups, as people read it from one screen and type it at another. */
export function newPassword(): string {
  const text = [...randomBytes(16)].map((byte) => letters[byte % letters.length]).join('')
  return text.replace(/(.{4})(?=.)/g, '$1-')
}

/** What somebody typed, as it is kept: blanks of copying do not count. */
export function cleanPassword(typed: string): string {
  return typed.trim()
}
