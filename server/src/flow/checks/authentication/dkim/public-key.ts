import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { Algorithm } from './message-signature.ts'
import { parseKeyTagList, type TagList, withoutBlanks } from './tag-list.ts'

/** A key that signatures can be verified with. */
export interface PublicKey {
  readonly type: 'rsa' | 'ed25519'
  readonly key: KeyObject
  /** t=s: the identity of a signature must be the domain itself. */
  readonly exactIdentity: boolean
}

/** A key that was not found or may not be used; `word` as in RFC 8601, 2.7.1. */
export interface NoKey {
  readonly word: 'temperror' | 'permerror' | 'policy'
  readonly problem: string
}

export interface KeyAnswer {
  readonly key: PublicKey | NoKey
  readonly stale: boolean
}

/** RFC 8301, 3.2: shorter keys must not be accepted. */
const minBits = 1024
/** Longer keys need not be verified (RFC 8301, 3.2), and cost more the longer they are. */
const maxBits = 4096
/** Exponents in use are 3 and 65537; a huge one makes a verification as slow as a signing. */
const maxExponent = 2n ** 32n
const maxRecord = 8192
/** Parsed keys kept: reading one costs more than verifying with it. */
const maxKept = 1000
const kept = new Map<string, PublicKey | NoKey>()

/** Fetches the key of a selector and domain (RFC 6376, 6.1.2). Never throws. */
export async function fetchPublicKey(
  resolver: Resolver,
  selector: string,
  domain: string,
): Promise<KeyAnswer> {
  const answer = await resolver.lookup(`${selector}._domainkey.${domain}`, 'TXT')
  if ('reason' in answer) return { key: { word: 'temperror', problem: answer.reason }, stale: false }
  const stale = answer.stale === true
  if (answer.status !== 'found') return { key: { word: 'permerror', problem: 'there is no key' }, stale }
  let first: PublicKey | NoKey | null = null
  // Several records are nobody's fault that a verifier can name (RFC 6376, 3.6.2.2): the first good one counts.
  for (const segments of answer.records.slice(0, 5)) {
    const key = readPublicKey(segments.join(''))
    if (isKey(key)) return { key, stale }
    first ??= key
  }
  return { key: first ?? { word: 'permerror', problem: 'there is no key' }, stale }
}

export function isKey(key: PublicKey | NoKey): key is PublicKey {
  return 'key' in key
}

/** Whether a key is of the kind that an algorithm needs. */
export function fitsAlgorithm(key: PublicKey, algorithm: Algorithm): boolean {
  return algorithm === `${key.type}-sha256`
}

/** Reads a key record (RFC 6376, 3.6.1; RFC 8463, 4). */
export function readPublicKey(record: string): PublicKey | NoKey {
  const known = kept.get(record)
  if (known !== undefined) return known
  const key = record.length > maxRecord ? unusable('the key record is too long') : readRecord(record)
  if (kept.size >= maxKept) kept.clear()
  kept.set(record, key)
  return key
}

function readRecord(record: string): PublicKey | NoKey {
  const tags = parseKeyTagList(record)
  if (tags === null) return unusable('the key record breaks the syntax of tags')
  // v= is optional; where it stands, it stands first and is exactly this.
  if (tags.has('v') && (tags.get('v') !== 'DKIM1' || [...tags.keys()][0] !== 'v'))
    return unusable('the key is of another version')
  const type = tags.get('k') ?? 'rsa'
  if (type !== 'rsa' && type !== 'ed25519') return unusable('the type of the key is not known')
  if (tags.has('h') && !listOf(tags, 'h').includes('sha256')) return unusable('the key is not for SHA-256')
  if (tags.has('s') && !listOf(tags, 's').some((each) => each === 'email' || each === '*'))
    return unusable('the key is not for mail')
  const value = withoutBlanks(tags.get('p') ?? '')
  if (!tags.has('p')) return unusable('the key record has no key')
  if (value === '') return unusable('the key is revoked')
  const bytes = Buffer.from(value, 'base64')
  const exactIdentity = listOf(tags, 't').includes('s')
  return type === 'rsa' ? readRsa(bytes, exactIdentity) : readEd25519(bytes, exactIdentity)
}

function readRsa(bytes: Buffer, exactIdentity: boolean): PublicKey | NoKey {
  // SubjectPublicKeyInfo is what is published; the RSAPublicKey inside it is what the RFC's text says.
  const key = importKey(bytes, 'spki') ?? importKey(bytes, 'pkcs1')
  if (key?.asymmetricKeyType !== 'rsa') return unusable('the key cannot be read')
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < minBits)
    return { word: 'policy', problem: `the key has ${modulusLength} bits, fewer than ${minBits}` }
  if (modulusLength > maxBits)
    return { word: 'policy', problem: `the key has ${modulusLength} bits, more than ${maxBits}` }
  if (publicExponent > maxExponent) return { word: 'policy', problem: 'the exponent of the key is too large' }
  return { type: 'rsa', key, exactIdentity }
}

/** What stands before the 32 bytes in a SubjectPublicKeyInfo of Ed25519 (RFC 8410, 4). */
const ed25519Head = Buffer.from('302a300506032b6570032100', 'hex')

function readEd25519(bytes: Buffer, exactIdentity: boolean): PublicKey | NoKey {
  if (bytes.length !== 32) return unusable('the key cannot be read')
  const key = importKey(Buffer.concat([ed25519Head, bytes]), 'spki')
  return key === null ? unusable('the key cannot be read') : { type: 'ed25519', key, exactIdentity }
}

function importKey(key: Buffer, type: 'spki' | 'pkcs1'): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'der', type })
  } catch {
    return null
  }
}

function listOf(tags: TagList, name: string): string[] {
  return withoutBlanks(tags.get(name) ?? '')
    .toLowerCase()
    .split(':')
}

function unusable(problem: string): NoKey {
  return { word: 'permerror', problem }
}
