import type { Socket } from 'node:net'
import { connect, type SecureContext, type TLSSocket } from 'node:tls'
import {
  faultOfPeer,
  type HandshakeFault,
  tlsTroubles,
  troubleOfError,
} from '#ground/platform/tls/handshake-trouble.ts'
import { DeliveryFault } from './fault.ts'
import type { TlsPolicy } from './next-hop.ts'
import { fitsTlsa } from './security/dane.ts'
import type { Target } from './target.ts'

export interface HandshakeOptions {
  readonly target: Target
  readonly policy: TlsPolicy
  /** Whose certificates are believed; undefined: those of the world. */
  readonly trust: SecureContext | undefined
  readonly timeoutMs: number
}

/** A connection that is encrypted now. */
export interface Secured {
  readonly socket: TLSSocket
  /** Protocol and cipher, and "verified" where the server has proved its name. */
  readonly tls: string
  /** End of the certificate that was shown, in milliseconds; null: none. */
  readonly validTo: number | null
  /** What the certificate did not prove, where that was no must; null: nothing is wrong with it. */
  readonly peerFault: HandshakeFault | null
}

const longestChain = 10

/** Encrypts a connection, and looks at the certificate as the target and its owner ask. @throws DeliveryFault */
export function shakeHands(
  plain: Socket,
  { target, policy, trust, timeoutMs }: HandshakeOptions,
): Promise<Secured> {
  const servername = target.identity ?? target.host
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => {
      const text = `the TLS handshake failed: ${cause.message}`
      reject(new DeliveryFault('starttls', 'tls', text, null, troubleOfError(cause)))
    }
    const secure = connect(
      {
        socket: plain,
        host: servername,
        // Looked at below, before anything is said: an error here could not tell which certificate was shown.
        rejectUnauthorized: false,
        minVersion: 'TLSv1.2',
        ...(trust && { secureContext: trust }),
        ...(/^[\d.:a-f]+$/i.test(servername) ? {} : { servername }),
      },
      () => {
        clearTimeout(timer)
        secure.off('error', fail)
        secure.on('error', () => undefined)
        const fault = faultOf(secure, target)
        if (fault && (policy === 'verify' || hasRecords(target))) {
          secure.destroy()
          const text = `${target.host} cannot be trusted: ${fault.text}`
          reject(new DeliveryFault('starttls', 'tls', text, null, fault.trouble))
          return
        }
        const isVerified = secure.authorized || hasRecords(target)
        resolve({
          socket: secure,
          tls: `${secure.getProtocol() ?? 'TLS'} ${secure.getCipher().name}${isVerified ? ' verified' : ''}`,
          validTo: Date.parse(secure.getPeerCertificate().valid_to) || null,
          peerFault: fault,
        })
      },
    )
    const timer = setTimeout(() => secure.destroy(new Error('it took too long')), timeoutMs)
    secure.once('error', fail)
    plain.once('error', fail)
  })
}

/** Whether its certificate is checked against records of DNS, and not against authorities. */
function hasRecords({ demand }: Target): boolean {
  return demand?.kind === 'dane' && demand.records.length > 0
}

/** What is wrong with the certificate that was shown; null: nothing. */
function faultOf(secure: TLSSocket, { demand }: Target): HandshakeFault | null {
  if (demand?.kind !== 'dane' || demand.records.length === 0) return faultOfPeer(secure)
  const fits = fitsTlsa(chainOf(secure), demand.records, demand.names, Date.now())
  return fits ? null : { trouble: 'not-in-dane', text: tlsTroubles['not-in-dane'] }
}

/** The certificates that a server has shown, its own first. */
function chainOf(secure: TLSSocket): Buffer[] {
  const chain: Buffer[] = []
  let shown = secure.getPeerCertificate(true) as ReturnType<TLSSocket['getPeerCertificate']> & {
    issuerCertificate?: unknown
  }
  for (let depth = 0; shown?.raw && depth < longestChain; depth++) {
    chain.push(shown.raw)
    const issuer = shown.issuerCertificate as typeof shown | undefined
    if (!issuer || issuer.fingerprint256 === shown.fingerprint256) break
    shown = issuer
  }
  return chain
}
