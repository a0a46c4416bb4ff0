import { domainReportNames } from '#ground/mail/report-address.ts'
import { askTexts } from './ask-texts.ts'
import { type CheckResult, fault, judged, recordFault, unknown } from './check-result.ts'
import type { LookParts, MxServer } from './look-parts.ts'

/** MTA-STS (RFC 8461): announced, to be had, and naming the servers that mail goes to. */
export async function checkMtaSts(
  domain: string,
  servers: readonly MxServer[],
  parts: LookParts,
): Promise<CheckResult> {
  const name = `_mta-sts.${domain}`
  const texts = await askTexts(name, parts.resolver)
  if (texts === null) return unknown('mta-sts', 'DNS could not be asked')
  const own = texts.filter((each) => /^v=STSv1\b/i.test(each))
  const id = new Date(parts.now()).toISOString().slice(0, 10).replaceAll('-', '')
  if (own.length === 0)
    return judged(
      'mta-sts',
      [
        recordFault(
          'mta-sts-missing',
          'there is none: who stands on the way can turn encryption off',
          `Publish a policy at https://mta-sts.${domain}/.well-known/mta-sts.txt that names your MX, then announce it.`,
          [name, 'TXT', `"v=STSv1; id=${id}"`],
        ),
      ],
      '',
    )
  const { policy, text, fault: trouble } = await parts.stsOf(domain)
  const found = [...own, ...text.split('\n').filter((each) => each.trim() !== '')]
  if (trouble)
    return judged(
      'mta-sts',
      [
        fault(
          'mta-sts-broken',
          `the policy cannot be had: ${trouble.why}`,
          `Let https://mta-sts.${domain}/.well-known/mta-sts.txt answer with the policy as plain text, under a certificate for that name.`,
        ),
      ],
      '',
      found,
    )
  if (!policy)
    return judged(
      'mta-sts',
      [fault('mta-sts-testing', 'its policy asks for nothing (mode none)', 'Set mode: enforce.')],
      '',
      found,
    )
  const unnamed = [...new Set(servers.map((each) => each.host))].filter(
    (host) => !parts.namesServer(policy, host),
  )
  const faults = []
  if (unnamed.length > 0)
    faults.push(
      fault(
        'mta-sts-broken',
        `the policy does not name ${unnamed.slice(0, 3).join(', ')}`,
        `Add a line to the policy for each: ${unnamed
          .slice(0, 3)
          .map((each) => `mx: ${each}`)
          .join(', ')}. Then change the id of the record.`,
      ),
    )
  if (policy.mode === 'testing')
    faults.push(
      fault(
        'mta-sts-testing',
        'it is on trial: nothing is enforced',
        'Set mode: enforce when TLS reports show no failures, and change the id of the record.',
      ),
    )
  return judged('mta-sts', faults, 'it is enforced and names every server', found)
}

/** TLS-RPT (RFC 8460). */
export async function checkTlsReports(domain: string, parts: LookParts): Promise<CheckResult> {
  const name = `_smtp._tls.${domain}`
  const texts = await askTexts(name, parts.resolver)
  if (texts === null) return unknown('tls-rpt', 'DNS could not be asked')
  const own = texts.filter((each) => /^v=TLSRPTv1\b/i.test(each))
  const isOurs = (await parts.ownDomain(domain)) !== null
  const reports = isOurs ? `${domainReportNames.tls}@${parts.host}` : `tls-reports@${domain}`
  const at = [name, 'TXT', `"v=TLSRPTv1; rua=mailto:${reports}"`] as const
  if (own.length === 0)
    return judged(
      'tls-rpt',
      [
        recordFault(
          'tls-rpt-missing',
          'there is none: nobody tells you where encryption fails',
          'Name an address that takes the reports of others.',
          at,
        ),
      ],
      '',
    )
  const isFine = own.length === 1 && /;\s*rua\s*=\s*(?:mailto|https):/i.test(own[0] ?? '')
  return judged(
    'tls-rpt',
    isFine
      ? []
      : [
          recordFault(
            'tls-rpt-broken',
            own.length > 1
              ? 'there are several records, so none counts'
              : 'it names nobody who takes reports',
            'Leave one record with an address.',
            at,
          ),
        ],
    'failures are reported',
    own,
  )
}
