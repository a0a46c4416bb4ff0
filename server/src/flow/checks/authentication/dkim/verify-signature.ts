import { trimEndOf } from '#ground/mail/trim-end.ts'
import { type CanonicalHeader, relaxedField, simpleField, withoutSignature } from './canonical-header.ts'
import type { MessageSignature } from './message-signature.ts'
import { fitsAlgorithm, isKey, type NoKey, type PublicKey } from './public-key.ts'
import { verifyText } from './signed-data.ts'

/** Result words of RFC 8601, 2.7.1; `none` is a word for messages and not for signatures. */
export type DkimWord = 'pass' | 'fail' | 'policy' | 'neutral' | 'temperror' | 'permerror'

export interface Verification {
  readonly word: DkimWord
  readonly reason: string | null
}

/** The body as hashed for one signature. */
export interface HashedBody {
  readonly hash: string
  /** Length of the canonical body. */
  readonly length: number
}

/**
 * Verifies one signature (RFC 6376, 6.1.3).
 * @param key of the signature's selector and domain, or why there is none
 */
export function verifySignature(
  signature: MessageSignature,
  header: CanonicalHeader,
  body: HashedBody,
  key: PublicKey | NoKey,
  nowSeconds: number,
): Verification {
  // A body that differs is a fail whatever DNS says, so that trouble there leaves nothing open.
  if (signature.bodyLimit !== null && signature.bodyLimit > body.length)
    return { word: 'neutral', reason: 'l= is longer than the body' }
  if (!sameBase64(signature.bodyHash, body.hash)) return { word: 'fail', reason: 'the body has changed' }
  if (!isKey(key)) return { word: key.word, reason: key.problem }
  if (!fitsAlgorithm(key, signature.algorithm))
    return { word: 'permerror', reason: 'the key is of another type than the signature' }
  if (key.exactIdentity && signature.subdomainIdentity)
    return { word: 'permerror', reason: 'the key is not for subdomains' }
  if (!verifyText(signedText(signature, header), key.key, signature.algorithm, signature.signature)) {
    return { word: 'fail', reason: 'the signature does not verify' }
  }
  if (signature.expires !== null && signature.expires < nowSeconds)
    return { word: 'neutral', reason: 'the signature has expired' }
  return { word: 'pass', reason: null }
}

/** The data that a signature signs: the selected fields, then the signature field without its value and line end. */
function signedText(signature: MessageSignature, header: CanonicalHeader): string {
  const own = withoutSignature(signature.field.raw)
  const form = signature.headerForm === 'relaxed' ? relaxedField(own) : simpleField(own)
  return header.select(signature.signedNames, signature.headerForm) + form
}

/** Equal but for padding, which some signers leave out. */
function sameBase64(one: string, other: string): boolean {
  return trimEndOf(one, '=') === trimEndOf(other, '=')
}
