import type { CanonicalHeader } from './canonical-header.ts'
import {
  isUsable,
  type MessageSignature,
  readMessageSignature,
  type UnusableSignature,
} from './message-signature.ts'
import type { KeyAnswer } from './public-key.ts'
import { type DkimWord, type HashedBody, verifySignature } from './verify-signature.ts'

/** What one DKIM-Signature of a message comes to. */
export interface DkimResult {
  /** d= as an A-label in lower case; null where it could not be read. */
  readonly domain: string | null
  readonly selector: string | null
  readonly algorithm: string | null
  readonly result: DkimWord
  /** Why it is no pass; null for a pass. */
  readonly reason: string | null
  /** First characters of b=, which tell signatures of one domain apart (RFC 8601, 2.7.1). */
  readonly prefix: string | null
  /** Bytes of the canonical body that l= leaves unsigned: anyone may have added them. */
  readonly unsignedBytes: number
  readonly stale: boolean
}

/** Signatures verified of one message; more are counted and left alone (RFC 6376, 6.1 lets verifiers limit them). */
export const maxSignatures = 10

/** The signatures of a message that are worth a look. */
export interface Signatures {
  readonly chosen: readonly (MessageSignature | UnusableSignature)[]
  /** Signatures beyond the limit. */
  readonly ignored: number
}

/**
 * Reads the DKIM-Signature fields of a header. Of more than the limit, those of the author's domains and their
 * surroundings come first: a flood of foreign signatures must not push out the one that counts.
 */
export function readSignatures(header: CanonicalHeader, authorDomains: readonly string[]): Signatures {
  const fields = header.all('dkim-signature')
  if (fields.length <= maxSignatures)
    return { chosen: fields.map((field) => readMessageSignature(field, 'dkim')), ignored: 0 }
  const ranked = fields.slice(0, maxRead).map((field) => {
    const signature = readMessageSignature(field, 'dkim')
    return { signature, distance: distanceOf(signature.domain, authorDomains) }
  })
  ranked.sort((one, other) => one.distance - other.distance)
  return {
    chosen: ranked.slice(0, maxSignatures).map((each) => each.signature),
    ignored: fields.length - maxSignatures,
  }
}

/** Fields that are read at all when there are too many. */
const maxRead = 200

function distanceOf(domain: string | null, authorDomains: readonly string[]): number {
  if (domain === null) return 3
  if (authorDomains.includes(domain)) return 0
  return authorDomains.some((author) => author.endsWith(`.${domain}`) || domain.endsWith(`.${author}`))
    ? 1
    : 2
}

/** Verifies one signature, or says why it cannot be. */
export function judgeSignature(
  signature: MessageSignature | UnusableSignature,
  header: CanonicalHeader,
  body: HashedBody | null,
  answer: KeyAnswer | null,
  nowSeconds: number,
): DkimResult {
  const { domain, selector, algorithm } = signature
  const base = { domain, selector, algorithm, prefix: null, unsignedBytes: 0, stale: false }
  if (!isUsable(signature)) return { ...base, result: signature.word, reason: signature.problem }
  if (body === null || answer === null)
    return { ...base, result: 'neutral', reason: 'the signature was not verified' }
  const { word, reason } = verifySignature(signature, header, body, answer.key, nowSeconds)
  const unsignedBytes = signature.bodyLimit === null ? 0 : Math.max(0, body.length - signature.bodyLimit)
  const prefix = signature.signature.toString('base64').slice(0, 8)
  return { ...base, result: word, reason, prefix, unsignedBytes, stale: answer.stale }
}
