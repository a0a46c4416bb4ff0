import type { PeerCertificate, TLSSocket } from 'node:tls'

/** Why a handshake, or what a server proved in it, will not do: a closed list that alarms, queue and API show. */
export const tlsTroubles = {
  'no-starttls': 'it does not offer STARTTLS',
  version: 'it speaks no version of TLS that is safe',
  'no-handshake': 'the handshake broke',
  expired: 'its certificate has expired',
  'not-yet-valid': 'its certificate is not valid yet',
  'wrong-name': 'its certificate is for another name',
  'missing-intermediate': 'it leaves out an intermediate certificate',
  untrusted: 'its certificate comes from an authority that is not trusted here',
  invalid: 'its certificate is not valid',
  'not-in-policy': 'it is not named by the MTA-STS policy',
  'not-in-dane': 'its certificate is not the one that DNS names (DANE)',
  'dns-unproven': 'DNS does not say in a way that can be believed which certificate it has (DANE)',
} as const

export type TlsTrouble = keyof typeof tlsTroubles

/** What is wrong with a handshake. */
export interface HandshakeFault {
  readonly trouble: TlsTrouble
  /** For people: what is wrong, with the certificate that was shown. */
  readonly text: string
}

const byCode: Readonly<Record<string, TlsTrouble>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'missing-intermediate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
}

/** What OpenSSL said of a certificate, by the code that Node gives it. */
export function troubleOfCertificate(code: string): TlsTrouble {
  return byCode[code] ?? 'invalid'
}

/** What became of a handshake that did not come to its end. */
export function troubleOfError(cause: NodeJS.ErrnoException): TlsTrouble {
  const { code = '', message } = cause
  if (code in byCode) return troubleOfCertificate(code)
  return /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS/.test(`${code} ${message}`)
    ? 'version'
    : 'no-handshake'
}

/**
 * What is wrong with the certificate of a socket whose handshake is done; null: it has proved its name.
 * The socket must have been opened with the name that it is to prove.
 */
export function faultOfPeer(socket: TLSSocket): HandshakeFault | null {
  if (socket.authorized) return null
  // Node types it as an Error, and gives the code.
  const code = String(socket.authorizationError ?? 'unknown')
  const shown = socket.getPeerCertificate(true)
  const trouble = refine(troubleOfCertificate(code), shown)
  return { trouble, text: `${tlsTroubles[trouble]} (${describe(shown)}; ${code})` }
}

/** A server whose issuer is unknown leaves it out, or is of an authority that we do not know: what it sent tells. */
function refine(trouble: TlsTrouble, shown: PeerCertificate & { issuerCertificate?: unknown }): TlsTrouble {
  if (trouble !== 'untrusted' && trouble !== 'missing-intermediate') return trouble
  const issuer = shown.issuerCertificate as { fingerprint256?: string } | undefined
  const sentMore = issuer !== undefined && issuer.fingerprint256 !== shown.fingerprint256
  const signedItself = issuer?.fingerprint256 === shown.fingerprint256
  return sentMore || signedItself ? 'untrusted' : 'missing-intermediate'
}

/** A certificate in a few words; all of it is the peer's to say, and is cut. */
function describe({ subject, issuer, valid_to, subjectaltname }: PeerCertificate): string {
  const name = subject?.CN ?? subjectaltname ?? 'no name'
  return `certificate ${clip(name)}, issued by ${clip(issuer?.CN ?? issuer?.O ?? 'nobody')}, valid until ${clip(valid_to ?? '?')}`
}

function clip(value: string | string[]): string {
  return String(value)
    .replace(/[^\x20-\x7e\u00a0-\uffff]/g, ' ')
    .slice(0, 100)
}
