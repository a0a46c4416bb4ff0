import { domainToASCII } from 'node:url'
import type { HeaderField } from '#ground/mail/header.ts'
import { normalizeDomainName } from '#ground/platform/dns/domain-name.ts'
import type { Canonicalization } from './canonical-header.ts'
import { parseTagList, type TagList, withoutBlanks } from './tag-list.ts'

export type Algorithm = 'rsa-sha256' | 'ed25519-sha256'

/** A DKIM-Signature or ARC-Message-Signature that can be verified. */
export interface MessageSignature {
  readonly field: HeaderField
  readonly algorithm: Algorithm
  /** d= as an A-label in lower case. */
  readonly domain: string
  readonly selector: string
  readonly headerForm: Canonicalization
  readonly bodyForm: Canonicalization
  /** Names of the signed fields in lower case, in order. */
  readonly signedNames: readonly string[]
  /** bh= in base64. */
  readonly bodyHash: string
  /** l=; null: the whole body is signed. */
  readonly bodyLimit: number | null
  readonly signature: Buffer
  /** Whether i= names a subdomain of d=, which some keys forbid (RFC 6376, 3.6.1, t=s). */
  readonly subdomainIdentity: boolean
  /** x= in Unix seconds; null: it does not expire. */
  readonly expires: number | null
}

/** A signature that cannot be verified, with what could be read of it. */
export interface UnusableSignature {
  readonly problem: string
  /** `policy`: understood, and not accepted here (RFC 8601, 2.7.1). */
  readonly word: 'neutral' | 'policy'
  readonly domain: string | null
  readonly selector: string | null
  readonly algorithm: string | null
}

/** Names in one h=; each costs a look into the header. */
const maxSignedNames = 500

/**
 * Reads a signature field and checks it (RFC 6376, 6.1.1).
 * @param kind dkim: `v=1` is required and i= is an identity; arc: i= is the instance (RFC 8617, 4.1.2)
 */
export function readMessageSignature(
  field: HeaderField,
  kind: 'dkim' | 'arc',
): MessageSignature | UnusableSignature {
  const tags = parseTagList(field.raw.slice(field.raw.indexOf(':') + 1))
  if (tags === null)
    return {
      problem: 'the signature breaks the syntax of tags',
      word: 'neutral',
      domain: null,
      selector: null,
      algorithm: null,
    }
  const domain = readDomain(tags.get('d'))
  const selector = readDomain(tags.get('s'))
  const algorithm = tags.get('a')?.toLowerCase() ?? null
  const seen = { domain, selector, algorithm }
  const fault = findFault(tags, kind, domain, selector)
  if (fault !== null) return { ...seen, problem: fault, word: 'neutral' }
  if (algorithm === 'rsa-sha1')
    return { ...seen, problem: 'rsa-sha1 is no longer accepted (RFC 8301)', word: 'policy' }
  if (algorithm !== 'rsa-sha256' && algorithm !== 'ed25519-sha256') {
    return { ...seen, problem: 'the algorithm is not known', word: 'neutral' }
  }
  const [headerForm, bodyForm] = readForms(tags.get('c'))
  if (headerForm === null || bodyForm === null)
    return { ...seen, problem: 'the canonicalization is not known', word: 'neutral' }
  const signedNames = readNames(tags.get('h') ?? '')
  if (!signedNames.includes('from')) return { ...seen, problem: 'From is not signed', word: 'neutral' }
  return {
    field,
    algorithm,
    domain: domain ?? '',
    selector: selector ?? '',
    headerForm,
    bodyForm,
    signedNames,
    bodyHash: withoutBlanks(tags.get('bh') ?? ''),
    bodyLimit: tags.has('l') ? Number(tags.get('l')) : null,
    signature: Buffer.from(withoutBlanks(tags.get('b') ?? ''), 'base64'),
    subdomainIdentity: kind === 'dkim' && identityDomain(tags) !== null && identityDomain(tags) !== domain,
    expires: tags.has('x') ? Number(tags.get('x')) : null,
  }
}

/** Whether a signature can be verified. */
export function isUsable(signature: MessageSignature | UnusableSignature): signature is MessageSignature {
  return 'field' in signature
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/
const digits = /^\d{1,76}$/

function findFault(
  tags: TagList,
  kind: 'dkim' | 'arc',
  domain: string | null,
  selector: string | null,
): string | null {
  if (kind === 'dkim' && tags.get('v') !== '1') return 'the version is not 1'
  for (const name of ['a', 'b', 'bh', 'd', 'h', 's']) if (!tags.has(name)) return `there is no ${name}=`
  if (domain === null) return 'd= is no domain'
  if (selector === null) return 's= is no selector'
  for (const name of ['b', 'bh'])
    if (!base64.test(withoutBlanks(tags.get(name) ?? ''))) return `${name}= is not base64`
  for (const name of ['t', 'x', 'l'])
    if (tags.has(name) && !digits.test(tags.get(name) ?? '')) return `${name}= is no number`
  const names = tags.get('h')?.split(':').length ?? 0
  if (names > maxSignedNames) return 'h= names too many fields'
  if (
    tags.has('q') &&
    !withoutBlanks(tags.get('q') ?? '')
      .split(':')
      .includes('dns/txt')
  )
    return 'the key is not in DNS'
  if (tags.has('t') && tags.has('x') && Number(tags.get('x')) <= Number(tags.get('t')))
    return 'x= is not after t='
  if (kind === 'arc' || !tags.has('i')) return null
  const identity = identityDomain(tags)
  const within = identity !== null && (identity === domain || identity.endsWith(`.${domain}`))
  return within ? null : 'i= is not within d='
}

/** The domain of i=; null where there is no i= or none that can be read. */
function identityDomain(tags: TagList): string | null {
  const identity = tags.get('i')
  if (identity === undefined) return null
  const at = identity.lastIndexOf('@')
  return at < 0 ? null : readDomain(identity.slice(at + 1))
}

/** A name as an A-label in lower case; null where DNS cannot hold it. U-labels may be written (RFC 8616, 3). */
function readDomain(value: string | undefined): string | null {
  if (value === undefined || value === '' || value.endsWith('.')) return null
  const ascii = /[^\x00-\x7f]/.test(value) ? domainToASCII(Buffer.from(value, 'latin1').toString()) : value
  return /^[A-Za-z0-9._-]+$/.test(ascii) ? normalizeDomainName(ascii) : null
}

/** c= as header and body form; where it is missing, simple (RFC 6376, 3.5). */
function readForms(value: string | undefined): [Canonicalization | null, Canonicalization | null] {
  const [header = '', body = 'simple', more] = (value ?? 'simple/simple').toLowerCase().split('/')
  return more === undefined ? [readForm(header), readForm(body)] : [null, null]
}

function readForm(word: string): Canonicalization | null {
  return word === 'simple' || word === 'relaxed' ? word : null
}

function readNames(value: string): string[] {
  return withoutBlanks(value).toLowerCase().split(':')
}
