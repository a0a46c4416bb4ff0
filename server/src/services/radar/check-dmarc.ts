import { domainReportNames } from '#ground/mail/report-address.ts'
import { askTexts } from './ask-texts.ts'
import { type CheckResult, type Fault, judged, recordFault, unknown } from './check-result.ts'
import type { LookParts } from './look-parts.ts'

/** The policy of DMARC that receivers find for a domain. */
export async function checkDmarc(domain: string, parts: LookParts): Promise<CheckResult> {
  const found = await parts.dmarcOf(domain)
  if (found.result === 'temperror') return unknown('dmarc', `DNS could not be asked: ${found.reason ?? ''}`)
  const place = found.policyDomain ?? domain
  const texts = await askTexts(`_dmarc.${place}`, parts.resolver)
  if (texts === null) return unknown('dmarc', 'DNS could not be asked')
  const own = texts.filter((each) => /^\s*v\s*=\s*DMARC1/i.test(each))
  const isOurs = (await parts.ownDomain(domain)) !== null
  const reports = isOurs ? `${domainReportNames.dmarc}@${parts.host}` : `dmarc-reports@${domain}`
  return judged(
    'dmarc',
    faultsOf(place, own, found.policy, reports),
    `forged mail: ${found.policy ?? 'none'}`,
    place === domain ? own : [`of ${place}`, ...own],
  )
}

function faultsOf(place: string, own: readonly string[], policy: string | null, reports: string): Fault[] {
  const name = `_dmarc.${place}`
  const value = (asked: string) => `"v=DMARC1; p=${asked}; rua=mailto:${reports}"`
  if (own.length === 0)
    return [
      recordFault(
        'dmarc-missing',
        'there is none: nobody is told what to do with forged mail',
        'Begin with p=none and reports; ask for quarantine when they show that all of your mail passes.',
        [name, 'TXT', value('none')],
      ),
    ]
  if (policy === null)
    return [
      recordFault(
        'dmarc-broken',
        own.length > 1 ? 'there are several records, so none counts' : 'it names no policy that can be read',
        'Leave one record with a policy.',
        [name, 'TXT', value('none')],
      ),
    ]
  const faults: Fault[] = []
  const hasReports = /;\s*rua\s*=\s*[a-z]/i.test(own[0] ?? '')
  if (policy === 'none')
    faults.push(
      recordFault(
        'dmarc-none',
        'it asks for nothing: forged mail is delivered',
        'Look at the reports; when all of your mail passes, ask for quarantine, later for reject.',
        [name, 'TXT', value('quarantine')],
      ),
    )
  if (!hasReports)
    faults.push(
      recordFault(
        'dmarc-silent',
        'it asks for no reports, so nobody sees who sends in its name',
        'Name an address that takes them.',
        [name, 'TXT', value(policy)],
      ),
    )
  return faults
}
