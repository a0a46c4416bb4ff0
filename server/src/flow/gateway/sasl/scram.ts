import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { hmac, type PasswordRecord } from '#ground/platform/password-record.ts'
import type { SaslExchange, SaslStep } from './exchange.ts'

const malformed: SaslStep = { kind: 'malformed' }
/** Longest name and nonce that are taken. */
const longest = 500

/** Passwords of a login; none: it has none, or is nobody's. */
type PasswordsOf = (login: string) => readonly PasswordRecord[]

interface First {
  readonly login: string
  readonly bare: string
  readonly header: string
  readonly server: string
  readonly nonce: string
  readonly passwords: readonly PasswordRecord[]
}

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677): the client proves its password without showing it, and we prove that we know it.
 * A login that is nobody's goes the same way to the end, so that nobody learns which ones there are.
 * @param secret what salts of logins that do not exist are made of
 */
export function scramExchange(passwordsOf: PasswordsOf, secret: Buffer): SaslExchange {
  let first: First | null = null
  let isOver = false
  return {
    next(response) {
      if (response === null) return { kind: 'challenge', text: Buffer.alloc(0) }
      if (isOver) return malformed
      const text = response.toString('utf8')
      if (first === null) {
        first = readFirst(text, passwordsOf, secret)
        return first === null ? malformed : { kind: 'challenge', text: Buffer.from(first.server) }
      }
      isOver = true
      return readFinal(text, first)
    },
  }
}

/** `n,,n=user,r=nonce`: no channel binding, and nobody acts for somebody else. */
function readFirst(text: string, passwordsOf: PasswordsOf, secret: Buffer): First | null {
  const [, header, bare, name = '', clientNonce = ''] =
    /^([ny],(?:a=[^,]*)?,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/.exec(text) ?? []
  if (header === undefined || bare === undefined || text.length > 2 * longest || header.length > 3)
    return null
  const login = name.replaceAll('=2C', ',').replaceAll('=3D', '=')
  const passwords = passwordsOf(login)
  const salt = passwords[0]?.salt ?? inventedSalt(secret, login)
  const rounds = passwords[0]?.rounds ?? 8192
  const nonce = clientNonce + randomBytes(18).toString('base64url')
  return { login, bare, header, nonce, passwords, server: `r=${nonce},s=${salt},i=${rounds}` }
}

function inventedSalt(secret: Buffer, login: string): string {
  return createHmac('sha256', secret).update(login.toLowerCase()).digest().subarray(0, 16).toString('base64')
}

/** `c=header,r=nonce,p=proof`. */
function readFinal(text: string, first: First): SaslStep {
  const [, withoutProof = '', channel = '', nonce = '', proof = ''] =
    /^(c=([A-Za-z0-9+/=]+),r=([^,]+)(?:,[^p][^,]*)*),p=([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const isSame = Buffer.from(channel, 'base64').toString('utf8') === first.header && nonce === first.nonce
  const given = Buffer.from(proof, 'base64')
  if (!isSame || given.length !== 32) return malformed
  const authMessage = `${first.bare},${first.server},${withoutProof}`
  const record = first.passwords.find((each) => proves(each, authMessage, given))
  if (record === undefined) return { kind: 'wrong', login: first.login }
  const signature = hmac(Buffer.from(record.serverKey, 'base64'), authMessage)
  return { kind: 'proved', login: first.login, text: Buffer.from(`v=${signature.toString('base64')}`) }
}

function proves({ storedKey }: PasswordRecord, authMessage: string, proof: Buffer): boolean {
  const stored = Buffer.from(storedKey, 'base64')
  const signature = hmac(stored, authMessage)
  const clientKey = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] ?? 0)))
  return timingSafeEqual(createHash('sha256').update(clientKey).digest(), stored)
}
