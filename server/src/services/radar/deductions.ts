/** What each fault takes off the 100 points of a score. Published: docs/reference/radar.md shows this table. */
export const deductions = {
  'mail-refused': [40, 'The test mail was refused'],
  'mail-stuck': [30, 'The test mail could not be handed over'],
  'mx-missing': [40, 'No server takes mail'],
  'mx-address': [10, 'An MX leads to no address'],
  'mx-away': [15, 'A server does not answer'],
  'mx-exposed': [15, 'A server behind the filter takes mail from everybody'],
  'tls-missing': [15, 'Mail comes without encryption'],
  'tls-old': [3, 'Versions of TLS that are broken are still taken'],
  'certificate-wrong': [6, 'A certificate proves nothing'],
  'certificate-ends': [2, 'A certificate ends soon'],
  'spf-missing': [15, 'No SPF'],
  'spf-broken': [15, 'SPF that no receiver can use'],
  'spf-open': [15, 'SPF that lets everybody send'],
  'spf-weak': [4, 'SPF that forbids nothing'],
  'spf-void': [2, 'SPF asks for names that are not there'],
  'spf-crowded': [2, 'SPF is close to its limit of look-ups'],
  'spf-fails': [10, 'Mail of the domain fails SPF'],
  'dkim-missing': [10, 'Mail of the domain is not signed'],
  'dkim-fails': [10, 'A signature does not hold'],
  'dmarc-missing': [12, 'No DMARC'],
  'dmarc-broken': [12, 'DMARC that no receiver can use'],
  'dmarc-none': [6, 'DMARC that asks for nothing'],
  'dmarc-silent': [2, 'DMARC without reports'],
  'dmarc-fails': [10, 'Mail of the domain fails DMARC'],
  'mta-sts-missing': [4, 'No MTA-STS'],
  'mta-sts-broken': [6, 'MTA-STS that cannot be used'],
  'mta-sts-testing': [1, 'MTA-STS on trial'],
  'tls-rpt-missing': [2, 'No TLS-RPT'],
  'tls-rpt-broken': [2, 'TLS-RPT that cannot be used'],
  'dnssec-missing': [3, 'No DNSSEC'],
  'dane-broken': [10, 'DANE names another certificate'],
  'reverse-missing': [8, 'An address has no name that leads back'],
  blocklisted: [15, 'A blocklist names an address'],
} as const satisfies Readonly<Record<string, readonly [points: number, title: string]>>

export type FaultCode = keyof typeof deductions

export function pointsOf(code: FaultCode): number {
  return deductions[code][0]
}
