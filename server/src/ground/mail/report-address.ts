/** What somebody says of a message: spam that came through, or good mail that was taken for bad. */
export type ReportKind = 'missed-spam' | 'false-alarm'

const kinds: Readonly<Record<string, ReportKind>> = { spam: 'missed-spam', notspam: 'false-alarm' }

/** Where other systems send DMARC and TLS reports about domains of ours. */
export const domainReportNames = { dmarc: 'dmarc-reports', tls: 'tls-reports' } as const

/** Whether DMARC and TLS reports go to this address of this host. */
export function isDomainReportAddress(address: string, host: string): boolean {
  const at = address.lastIndexOf('@')
  if (at < 0 || address.slice(at + 1).toLowerCase() !== host.toLowerCase()) return false
  return (Object.values(domainReportNames) as string[]).includes(address.slice(0, at).toLowerCase())
}

/** What a report to this address says; null: it is no report address of this host. */
export function reportKindOf(address: string, host: string): ReportKind | null {
  const at = address.lastIndexOf('@')
  if (at < 0 || address.slice(at + 1).toLowerCase() !== host.toLowerCase()) return null
  return kinds[address.slice(0, at).toLowerCase()] ?? null
}
