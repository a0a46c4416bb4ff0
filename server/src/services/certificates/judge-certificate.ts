import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { connect, createServer, type SecureContext } from 'node:tls'
import { faultOfPeer } from '#ground/platform/tls/handshake-trouble.ts'

/** What speaks against a certificate. */
export interface CertificateFault {
  readonly kind: 'form' | 'key' | 'date' | 'name' | 'chain'
  readonly text: string
}

/** A certificate with its key as it would be used, and what speaks against it. */
export interface JudgedCertificate {
  /** PEM, the server's own certificate first. */
  readonly chain: string
  readonly key: string
  readonly names: string
  readonly issuer: string
  readonly validTo: number | null
  readonly faults: readonly CertificateFault[]
}

const handshakeMs = 5000
const mostCertificates = 20
const certificates = /-----BEGIN CERTIFICATE-----[^-]{1,20000}-----END CERTIFICATE-----/g
const keys = /-----BEGIN [A-Z ]{0,12}PRIVATE KEY-----[^-]{1,20000}-----END [A-Z ]{0,12}PRIVATE KEY-----/g

/**
 * Judges a certificate before it is used: form, key, dates and name, and then with a real handshake, in which a client with
 * the settings of ours must believe it.
 * @param pem chain and key, in one text and any order
 * @param name what it must prove
 */
export async function judgeCertificate(
  pem: string,
  name: string,
  trust: SecureContext,
  now: number,
): Promise<JudgedCertificate> {
  const found = (pem.match(certificates) ?? []).slice(0, mostCertificates)
  const [key, ...otherKeys] = pem.match(keys) ?? []
  const none = { chain: '', key: '', names: '', issuer: '', validTo: null }
  if (found.length === 0)
    return { ...none, faults: [{ kind: 'form', text: 'there is no certificate in PEM' }] }
  if (key === undefined || otherKeys.length > 0)
    return { ...none, faults: [{ kind: 'form', text: 'there must be one private key in PEM, and no more' }] }
  const read = readAll(found, key)
  if (typeof read === 'string') return { ...none, faults: [{ kind: 'form', text: read }] }
  const leaf = read.chain.find((each) => each.checkPrivateKey(read.key))
  if (!leaf)
    return { ...none, faults: [{ kind: 'key', text: 'the key belongs to none of the certificates' }] }
  const chain = [leaf, ...read.chain.filter((each) => each !== leaf)].map((each) => each.toString()).join('')
  const faults = [...datesOf(leaf, now), ...nameOf(leaf, name)]
  if (faults.length === 0) faults.push(...(await tryHandshake(chain, key, name, trust)))
  return {
    chain,
    key: `${key}\n`,
    names: leaf.subjectAltName ?? leaf.subject,
    issuer: leaf.issuer.replaceAll('\n', ', '),
    validTo: Date.parse(leaf.validTo),
    faults,
  }
}

function readAll(
  found: readonly string[],
  key: string,
): { chain: X509Certificate[]; key: KeyObject } | string {
  try {
    return { chain: found.map((each) => new X509Certificate(each)), key: createPrivateKey(key) }
  } catch (cause) {
    return `a certificate or the key cannot be read: ${(cause as Error).message}`
  }
}

function datesOf(leaf: X509Certificate, now: number): CertificateFault[] {
  if (Date.parse(leaf.validTo) <= now) return [{ kind: 'date', text: `it has expired on ${leaf.validTo}` }]
  if (Date.parse(leaf.validFrom) > now)
    return [{ kind: 'date', text: `it is not valid before ${leaf.validFrom}` }]
  return []
}

function nameOf(leaf: X509Certificate, name: string): CertificateFault[] {
  if (leaf.checkHost(name) !== undefined) return []
  return [{ kind: 'name', text: `it is for ${leaf.subjectAltName ?? leaf.subject}, not for ${name}` }]
}

/** A server with the certificate on loopback, and a client that believes whom our clients believe. */
async function tryHandshake(
  cert: string,
  key: string,
  name: string,
  trust: SecureContext,
): Promise<CertificateFault[]> {
  const server = createServer({ cert, key, minVersion: 'TLSv1.2' }, (socket) =>
    socket.on('error', () => undefined),
  )
  server.on('tlsClientError', () => undefined)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const fault = await new Promise<string | null>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        servername: name,
        secureContext: trust,
        rejectUnauthorized: false,
      }
      const socket = connect(options, () => {
        const found = faultOfPeer(socket)
        socket.destroy()
        resolve(found?.text ?? null)
      })
      socket.setTimeout(handshakeMs, () => socket.destroy(new Error('it took too long')))
      socket.once('error', reject)
    })
    return fault === null ? [] : [{ kind: 'chain', text: fault }]
  } catch (cause) {
    return [{ kind: 'chain', text: `no handshake comes about with it: ${(cause as Error).message}` }]
  } finally {
    server.close()
  }
}
