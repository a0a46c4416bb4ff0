import { createHmac } from 'node:crypto'
import type { HeaderField } from '#ground/mail/header.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { type ArcChain, readArcChain } from './arc/arc-chain.ts'
import { type ArcResult, type FetchKey, verifyArc } from './arc/verify-arc.ts'
import { BodyHashes } from './body-hashes.ts'
import { CanonicalHeader } from './dkim/canonical-header.ts'
import { isUsable } from './dkim/message-signature.ts'
import { fetchPublicKey, type KeyAnswer } from './dkim/public-key.ts'
import { type DkimResult, judgeSignature, readSignatures, type Signatures } from './dkim/verify-dkim.ts'
import { type AuthorDomains, readAuthorDomains } from './dmarc/author-domains.ts'
import { type DmarcResult, evaluateDmarc, type Identifier, rank } from './dmarc/evaluate-dmarc.ts'
import { evaluateSpf, type SpfResult } from './spf/evaluate-spf.ts'

/** A message and how it came. */
export interface MessageToVerify {
  readonly fields: readonly HeaderField[]
  /** Offset of the body in what `read` gives. */
  readonly bodyStart: number
  readonly read: () => AsyncIterable<Buffer>
  readonly ip: string
  readonly helo: string
  readonly mailFrom: string
  /** Name of the host that checks. */
  readonly receiver: string
  readonly nowSeconds: number
  /** Secret that makes the sample of pct= unforeseeable. */
  readonly sampleKey: string
  /** Whether the relaxed hash of the whole body is wanted, for a seal. */
  readonly forSeal: boolean
  /** Time in which SPF may begin look-ups; after it a temperror (RFC 7208, 4.6.4). */
  readonly spfMs: number
}

/** Everything that is known about who sent a message. */
export interface Authentication {
  readonly spf: SpfResult
  readonly dkim: readonly DkimResult[]
  /** Signatures that were not looked at because there are too many. */
  readonly ignoredSignatures: number
  readonly arc: ArcResult
  readonly authors: AuthorDomains
  /** The result that weighs most where From names several domains; null where it names none. */
  readonly dmarc: DmarcResult | null
  readonly header: CanonicalHeader
  readonly chain: ArcChain
  /** Relaxed hash of the whole body; null unless it was asked for. */
  readonly bodyHash: string | null
}

/**
 * Checks SPF, DKIM, ARC and DMARC of one message. Reads it once, in chunks, and only where a signature asks for
 * its body. Never throws for what senders or DNS do; throws when `signal` ends the reading.
 */
export async function verifyMessage(
  message: MessageToVerify,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<Authentication> {
  const { nowSeconds, receiver, ip, helo, mailFrom, spfMs } = message
  const header = new CanonicalHeader(message.fields)
  const authors = readAuthorDomains(header.all('from'))
  const signatures = readSignatures(header, authors.domains)
  const chain = readArcChain(header)
  const fetchKey = rememberKeys(resolver)
  const spfRunning = evaluateSpf(
    { ip, helo, mailFrom, receiver, nowSeconds, timeMs: spfMs },
    resolver,
    signal,
  )
  const hashes = hashesFor(signatures, chain, message.forSeal)
  // Keys are on their way while the body is read.
  const keysRunning = Promise.all(
    signatures.chosen.filter(isUsable).map((each) => fetchKey(each.selector, each.domain)),
  )
  const [spf] = await Promise.all([
    spfRunning,
    hashes.run(message.read, message.bodyStart, signal),
    keysRunning,
  ])
  const [dkim, arc] = await Promise.all([
    verifyDkim(signatures, header, hashes, fetchKey, nowSeconds),
    verifyArc(chain, header, chain.kind === 'whole' ? hashes.of(chain.newest) : null, fetchKey, nowSeconds),
  ])
  const dmarc = await judgeAuthors(message, authors, spf, dkim, resolver, signal)
  const bodyHash = hashes.get('relaxed', null)?.hash ?? null
  return { spf, dkim, ignoredSignatures: signatures.ignored, arc, authors, dmarc, header, chain, bodyHash }
}

function hashesFor(signatures: Signatures, chain: ArcChain, forSeal: boolean): BodyHashes {
  const hashes = new BodyHashes()
  for (const signature of signatures.chosen)
    if (isUsable(signature)) hashes.want(signature.bodyForm, signature.bodyLimit)
  if (chain.kind === 'whole') hashes.want(chain.newest.bodyForm, chain.newest.bodyLimit)
  if (forSeal) hashes.want('relaxed', null)
  return hashes
}

/** Each key is fetched once a message, however many signatures and seals name it. */
function rememberKeys(resolver: Resolver): FetchKey {
  const known = new Map<string, Promise<KeyAnswer>>()
  return (selector, domain) => {
    const name = `${selector} ${domain}`
    const asked = known.get(name) ?? fetchPublicKey(resolver, selector, domain)
    known.set(name, asked)
    return asked
  }
}

function verifyDkim(
  signatures: Signatures,
  header: CanonicalHeader,
  hashes: BodyHashes,
  fetchKey: FetchKey,
  nowSeconds: number,
): Promise<DkimResult[]> {
  return Promise.all(
    signatures.chosen.map(async (signature) => {
      if (!isUsable(signature)) return judgeSignature(signature, header, null, null, nowSeconds)
      const answer = await fetchKey(signature.selector, signature.domain)
      return judgeSignature(signature, header, hashes.of(signature), answer, nowSeconds)
    }),
  )
}

/** DMARC for each author domain; the gravest result counts, so that a second From hides nothing. */
async function judgeAuthors(
  message: MessageToVerify,
  authors: AuthorDomains,
  spf: SpfResult,
  dkim: readonly DkimResult[],
  resolver: Resolver,
  signal: AbortSignal,
): Promise<DmarcResult | null> {
  const identifiers = {
    spf: identifier(spf.domain, spf.result),
    dkim: dkim.map((each) => identifier(each.domain, each.result)).filter((each) => each !== null),
    sample: () => sampleOf(message),
  }
  let gravest: DmarcResult | null = null
  for (const authorDomain of authors.domains) {
    const result = await evaluateDmarc({ authorDomain, ...identifiers }, resolver, signal)
    if (gravest === null || gravity(result) > gravity(gravest)) gravest = result
  }
  return gravest
}

function identifier(domain: string | null, word: string): Identifier | null {
  if (!domain || (word !== 'pass' && word !== 'temperror')) return null
  return { domain: domain.toLowerCase().replace(/\.$/, ''), state: word === 'pass' ? 'pass' : 'open' }
}

function gravity(result: DmarcResult): number {
  if (result.result === 'fail') return 3 + 2 * rank(result.disposition)
  if (result.result === 'temperror') return 2 + 2 * rank(result.atStake ?? 'quarantine')
  return result.result === 'pass' ? 1 : 0
}

/** 0 to 99 from what stays the same when a message is sent again, so that a retry finds the same judgement. */
function sampleOf(message: MessageToVerify): number {
  const hmac = createHmac('sha256', message.sampleKey)
  for (const field of message.fields)
    if (['from', 'date', 'message-id'].includes(field.name)) hmac.update(field.raw)
  return hmac.digest().readUInt32BE(0) % 100
}
