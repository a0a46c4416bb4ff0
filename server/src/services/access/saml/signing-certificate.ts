import { X509Certificate } from 'node:crypto'
import { OrderError } from '#services/ledger/order-error.ts'

/** A certificate whose key a provider signs with. */
export interface SigningCertificate {
  /** SHA-256 of it, in hex with colons. */
  readonly fingerprint: string
  readonly subject: string
  /** Its end, in milliseconds. */
  readonly validTo: number
}

/** More than one while a provider changes them; more than a few is a list of something else. */
const most = 4

/** Reads certificates in PEM or base64 as providers show them. @returns base64 of DER, each once @throws OrderError */
export function readCertificates(texts: readonly string[]): string[] {
  const found = new Set(
    texts.map((text) => {
      const bare = text.replace(/-----(?:BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '')
      try {
        return checkKey(new X509Certificate(Buffer.from(bare, 'base64'))).raw.toString('base64')
      } catch (cause) {
        if (cause instanceof OrderError) throw cause
        throw new OrderError('wrong', 'a certificate cannot be read; paste it as the provider shows it (PEM)')
      }
    }),
  )
  if (found.size === 0) throw new OrderError('wrong', 'name the certificate that the provider signs with')
  if (found.size > most) throw new OrderError('wrong', `at most ${most} certificates of a provider are kept`)
  return [...found]
}

/** What a certificate that was read before is known by. */
export function describeCertificate(base64: string): SigningCertificate {
  const { fingerprint256, subject, validTo } = new X509Certificate(Buffer.from(base64, 'base64'))
  return {
    fingerprint: fingerprint256,
    subject: subject.replaceAll('\n', ', '),
    validTo: Date.parse(validTo),
  }
}

/** Signatures by weak keys prove nothing, and those of other kinds than RSA are not understood. */
function checkKey(certificate: X509Certificate): X509Certificate {
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw new OrderError('wrong', 'the key of a certificate has to be RSA of 2048 bits or more')
  return certificate
}
