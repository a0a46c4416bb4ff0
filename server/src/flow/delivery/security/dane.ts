import { createHash, X509Certificate } from 'node:crypto'
import { isTemporary, type RecordData, type Resolver } from '#ground/platform/dns/resolver.ts'

export type TlsaRecord = RecordData['TLSA']

/**
 * What DNS says of the certificate of a server (RFC 7672). `none`: nothing that counts. `records`: TLS is a must, and the
 * certificate must fit one of them; none of them usable: TLS is a must, and nothing is checked. `trouble`: it cannot be
 * told, and the server must not be used.
 */
export type FoundTlsa =
  | { readonly kind: 'none' }
  | { readonly kind: 'records'; readonly usable: readonly TlsaRecord[] }
  | { readonly kind: 'trouble'; readonly why: string }

/** Certificates of a chain that are looked at, and records. */
const longestChain = 10
const mostRecords = 50

/** Looks up what a server proves itself by. Its own name must have been looked up securely before. */
export async function findTlsa(host: string, port: number, resolver: Resolver): Promise<FoundTlsa> {
  const name = `_${port}._tcp.${host}`
  const answer = await resolver.lookup(name, 'TLSA')
  if (isTemporary(answer))
    return { kind: 'trouble', why: `${name} could not be looked up (${answer.status})` }
  if (answer.status !== 'found' || !answer.secure || answer.stale) return { kind: 'none' }
  return { kind: 'records', usable: answer.records.slice(0, mostRecords).filter(isUsable) }
}

/** RFC 7672, 3.1: usages 2 and 3; a digest of the right length. */
function isUsable({ usage, selector, matchingType, data }: TlsaRecord): boolean {
  if ((usage !== 2 && usage !== 3) || (selector !== 0 && selector !== 1)) return false
  const lengths: Record<number, number> = { 1: 64, 2: 128 }
  return matchingType === 0 ? data.length > 0 : data.length === lengths[matchingType]
}

/**
 * Whether a chain fits one of the records: the server's own certificate (usage 3: neither name nor date count), or an
 * authority above it (usage 2: the chain up to it must hold, and the name must be one of `names`). Never throws: it is
 * asked by a listener of the socket, where nobody would catch that; what cannot be read fits nothing.
 * @param chain in DER, the server's certificate first
 */
export function fitsTlsa(
  chain: readonly Buffer[],
  records: readonly TlsaRecord[],
  names: readonly string[],
  now: number,
): boolean {
  try {
    return fits(chain, records, names, now)
  } catch {
    return false
  }
}

function fits(...[chain, records, names, now]: Parameters<typeof fitsTlsa>): boolean {
  const certificates = chain.slice(0, longestChain).map((each) => new X509Certificate(each))
  const [leaf] = certificates
  if (!leaf) return false
  if (records.some((each) => each.usage === 3 && matches(leaf, each))) return true
  const anchors = records.filter((each) => each.usage === 2)
  return anchors.length > 0 && names.some((each) => isFor(leaf, each)) && leadsTo(certificates, anchors, now)
}

/** Names come out of DNS, where a label may hold any byte; one that is no host name fits no certificate. */
function isFor(leaf: X509Certificate, name: string): boolean {
  try {
    return leaf.checkHost(name) !== undefined
  } catch {
    return false
  }
}

/** Whether the chain holds from the leaf to a certificate that an anchor names. */
function leadsTo(chain: readonly X509Certificate[], anchors: readonly TlsaRecord[], now: number): boolean {
  let current = chain[0]
  const rest = new Set(chain.slice(1))
  while (current && isInTime(current, now)) {
    const child: X509Certificate = current
    if (child !== chain[0] && anchors.some((each) => matches(child, each))) return true
    // An authority whose key stands in DNS as it is need not be sent.
    if (anchors.some((each) => isSignedByKey(child, each))) return true
    current = [...rest].find((each) => each.ca && child.checkIssued(each) && child.verify(each.publicKey))
    if (current) rest.delete(current)
  }
  return false
}

/** Whether a record holds a whole certificate of an authority that has signed this one. */
function isSignedByKey(child: X509Certificate, { selector, matchingType, data }: TlsaRecord): boolean {
  if (matchingType !== 0 || selector !== 0) return false
  try {
    const anchor = new X509Certificate(Buffer.from(data, 'hex'))
    return anchor.ca && child.checkIssued(anchor) && child.verify(anchor.publicKey)
  } catch {
    return false
  }
}

function isInTime(certificate: X509Certificate, now: number): boolean {
  return Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo)
}

function matches(certificate: X509Certificate, { selector, matchingType, data }: TlsaRecord): boolean {
  const bytes =
    selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' })
  if (matchingType === 0) return bytes.toString('hex') === data.toLowerCase()
  const digest = createHash(matchingType === 1 ? 'sha256' : 'sha512')
    .update(bytes)
    .digest('hex')
  return digest === data.toLowerCase()
}
