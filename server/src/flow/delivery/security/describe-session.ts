import type { TlsTrouble } from '#ground/platform/tls/handshake-trouble.ts'
import type { DeliveryFault } from '../fault.ts'
import type { SmtpClient } from '../smtp-client.ts'
import type { Target } from '../target.ts'
import type { TlsSession } from './demand.ts'
import type { TlsReportBasis } from './secure-targets.ts'

/** Result types of RFC 8460, 4.3, by what was wrong. */
const resultTypes: Readonly<Record<TlsTrouble, string>> = {
  'no-starttls': 'starttls-not-supported',
  version: 'validation-failure',
  'no-handshake': 'validation-failure',
  expired: 'certificate-expired',
  'not-yet-valid': 'certificate-not-trusted',
  'wrong-name': 'certificate-host-mismatch',
  'missing-intermediate': 'certificate-not-trusted',
  untrusted: 'certificate-not-trusted',
  invalid: 'certificate-not-trusted',
  'not-in-policy': 'validation-failure',
  'not-in-dane': 'tlsa-invalid',
  'dns-unproven': 'dnssec-invalid',
}

/**
 * What a connection to a server came to for the report to its domain. Null: it says nothing of TLS, or its domain is not
 * one that mail is sent to by MX.
 */
export function describeSession(
  target: Target & { readonly report?: TlsReportBasis },
  sourceIp: string,
  end: SmtpClient | DeliveryFault,
): TlsSession | null {
  const { report, demand, host, ip } = target
  if (!report) return null
  const base = { ...report, sourceIp, host, ip, reason: '' }
  if ('trouble' in end) {
    const { trouble, message } = end
    return trouble ? { ...base, result: resultTypes[trouble], reason: message.slice(0, 300) } : null
  }
  if (demand?.kind === 'sts' && !demand.enforced && !demand.named)
    return { ...base, result: 'validation-failure', reason: tested('not-in-policy') }
  // Under a policy that is being tried out, or none, mail goes all the same: what would have failed is told.
  const trouble =
    end.tls === '' ? 'no-starttls' : demand?.kind === 'sts' ? (end.peerFault?.trouble ?? null) : null
  return trouble
    ? { ...base, result: resultTypes[trouble], reason: tested(trouble) }
    : { ...base, result: 'success' }
}

function tested(trouble: TlsTrouble): string {
  return `the message was sent all the same: ${trouble}`
}
