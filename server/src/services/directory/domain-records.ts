import { createHash } from 'node:crypto'
import { domainReportNames } from '#ground/mail/report-address.ts'

/** A DNS record that a domain should have. */
export interface WantedRecord {
  readonly purpose: string
  readonly name: string
  readonly type: 'MX' | 'A' | 'TXT' | 'TLSA' | 'CNAME'
  /** As in a zone file; where it begins with a bracket, any value will do. */
  readonly value: string
}

/** The MX name of a domain (GW-01): a name of its own, so that a domain can be moved without touching others. */
export function mxNameOf(domain: string, host: string): string {
  return `${domain.replaceAll('.', '-')}.in.${host}`
}

/** What the records of all domains have in common. */
export interface PlatformNames {
  /** Host name of the platform. */
  readonly host: string
  readonly mtaSts: { readonly mode: 'testing' | 'enforce'; readonly maxAgeMs: number }
}

/** The MTA-STS policy of a domain (RFC 8461, 3.2). */
export function mtaStsPolicyOf(domain: string, { host, mtaSts }: PlatformNames): string {
  const maxAge = Math.round(mtaSts.maxAgeMs / 1000)
  return [
    'version: STSv1',
    `mode: ${mtaSts.mode}`,
    `mx: ${mxNameOf(domain, host)}`,
    `max_age: ${maxAge}`,
    '',
  ].join('\r\n')
}

/** Where other servers look for it. */
export function mtaStsUrlOf(domain: string): string {
  return `https://mta-sts.${domain}/.well-known/mta-sts.txt`
}

/**
 * The records of a domain (GW-01, GW-34).
 * @param keyDigest SHA-256 of the public key of our certificate in hexadecimal; null: there is no certificate yet
 */
export function domainRecords(
  domain: string,
  platform: PlatformNames,
  keyDigest: string | null,
): WantedRecord[] {
  const { host } = platform
  const mx = mxNameOf(domain, host)
  // The id need only change with the policy, so it is made from it.
  const id = createHash('sha256').update(mtaStsPolicyOf(domain, platform)).digest('hex').slice(0, 20)
  const tlsa: WantedRecord[] =
    keyDigest === null
      ? []
      : [
          {
            purpose: 'the key of our certificate (DANE)',
            name: `_25._tcp.${mx}`,
            type: 'TLSA',
            value: `3 1 1 ${keyDigest}`,
          },
        ]
  return [
    {
      purpose: 'mail of the domain comes to us, and only to us',
      name: domain,
      type: 'MX',
      value: `10 ${mx}.`,
    },
    {
      purpose: `that name leads to us (a record *.in.${host} serves all domains)`,
      name: mx,
      type: 'A',
      value: '(public address of this machine)',
    },
    {
      purpose: 'there is an MTA-STS policy',
      name: `_mta-sts.${domain}`,
      type: 'TXT',
      value: `"v=STSv1; id=${id}"`,
    },
    { purpose: 'where the policy is served', name: `mta-sts.${domain}`, type: 'CNAME', value: `${host}.` },
    {
      purpose: 'others report trouble with TLS to us',
      name: `_smtp._tls.${domain}`,
      type: 'TXT',
      value: `"v=TLSRPTv1; rua=mailto:${domainReportNames.tls}@${host}"`,
    },
    ...tlsa,
  ]
}
