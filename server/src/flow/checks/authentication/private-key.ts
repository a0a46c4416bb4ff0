import { createPrivateKey, type KeyObject } from 'node:crypto'

/** Keys kept parsed: one a domain that signs. */
const maxKept = 100
const kept = new Map<string, KeyObject>()

/**
 * Reads a private key: PEM, or the 32 bytes of an Ed25519 key in base64 as RFC 8463 shows them.
 * @throws Error where it is none, or neither RSA nor Ed25519
 */
export function readPrivateKey(text: string): KeyObject {
  const known = kept.get(text)
  if (known !== undefined) return known
  const key = text.includes('-----BEGIN') ? createPrivateKey(text) : readSeed(text)
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ed25519')
    throw new Error('the key is neither RSA nor Ed25519')
  if (kept.size >= maxKept) kept.clear()
  kept.set(text, key)
  return key
}

/** What stands before the 32 bytes in a PKCS #8 key of Ed25519 (RFC 8410, 7). */
const seedHead = Buffer.from('302e020100300506032b657004220420', 'hex')

function readSeed(text: string): KeyObject {
  const seed = Buffer.from(text.replace(/\s+/g, ''), 'base64')
  if (seed.length !== 32) throw new Error('the key is neither PEM nor 32 bytes in base64')
  return createPrivateKey({ key: Buffer.concat([seedHead, seed]), format: 'der', type: 'pkcs8' })
}
