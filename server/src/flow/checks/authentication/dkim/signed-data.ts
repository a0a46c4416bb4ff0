import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import type { Algorithm } from './message-signature.ts'

/** Whether a signature over a text (latin1 code units) is by a key. RSA is PKCS #1 v1.5 (RFC 6376, 3.3). */
export function verifyText(text: string, key: KeyObject, algorithm: Algorithm, signature: Buffer): boolean {
  const bytes = Buffer.from(text, 'latin1')
  try {
    if (algorithm === 'rsa-sha256') return verify('sha256', bytes, key, signature)
    return verify(null, digestOf(bytes), key, signature)
  } catch {
    // A signature of the wrong length is no error of ours.
    return false
  }
}

/** Signs a text (latin1 code units); the signature in base64. */
export function signText(text: string, key: KeyObject): string {
  const bytes = Buffer.from(text, 'latin1')
  const signature =
    key.asymmetricKeyType === 'rsa' ? sign('sha256', bytes, key) : sign(null, digestOf(bytes), key)
  return signature.toString('base64')
}

/** Ed25519 signs the SHA-256 digest of the data, not the data (RFC 8463, 3). */
function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
