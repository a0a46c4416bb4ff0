import { askTexts } from './ask-texts.ts'
import { type CheckResult, type Fault, judged, recordFault, unknown } from './check-result.ts'
import type { LookParts } from './look-parts.ts'

/** Of ten that receivers allow (RFC 7208, 4.6.4): from here on one more include breaks it. */
const crowdedFrom = 9

/** SPF of a domain as receivers evaluate it, with what it costs them. */
export async function checkSpf(domain: string, parts: LookParts): Promise<CheckResult> {
  const texts = await askTexts(domain, parts.resolver)
  if (texts === null) return unknown('spf', 'DNS could not be asked')
  const own = texts.filter((each) => /^v=spf1(?: |$)/i.test(each))
  const [record = ''] = own
  if (own.length === 0) return judged('spf', [missing(domain)], '', own)
  if (own.length > 1)
    return judged(
      'spf',
      [
        recordFault(
          'spf-broken',
          'there are several records, so none counts',
          'Leave one record that names all who send.',
          [domain, 'TXT', `"${merge(own)}"`],
        ),
      ],
      '',
      own,
    )
  const { result, reason, terms, voids } = await parts.spfOf(domain)
  if (result === 'temperror') return unknown('spf', `DNS could not be asked: ${reason ?? ''}`, own)
  const cost = `${terms} of 10 look-ups, ${voids} of 2 that find nothing`
  const faults = faultsOf(domain, record, { result, reason, terms, voids })
  return judged('spf', faults, `there is one; it costs receivers ${cost}`, [...own, cost])
}

function missing(domain: string): Fault {
  return recordFault(
    'spf-missing',
    'there is none: anybody may send in its name',
    'Say who sends for the domain. Add the include of each service that sends in its name before ~all.',
    [domain, 'TXT', '"v=spf1 mx ~all"'],
  )
}

function faultsOf(
  domain: string,
  record: string,
  { result, reason, terms, voids }: { result: string; reason: string | null; terms: number; voids: number },
): Fault[] {
  const faults: Fault[] = []
  const at = (value: string): [string, string, string] => [domain, 'TXT', `"${value}"`]
  if (result === 'permerror')
    faults.push(
      recordFault(
        'spf-broken',
        reason ?? 'receivers cannot evaluate it',
        /terms ask DNS/.test(reason ?? '')
          ? 'Take out includes that are not used any more, and write addresses (ip4:, ip6:) instead of names: ten look-ups are allowed.'
          : /found nothing/.test(reason ?? '')
            ? 'Take out names that are not in DNS any more.'
            : 'Mend what the reason names, then test again.',
        at(record),
      ),
    )
  if (result === 'pass')
    faults.push(
      recordFault(
        'spf-open',
        'it lets everybody send',
        'End it with ~all, so that only those it names pass.',
        at(endWith(record, '~all')),
      ),
    )
  else if (result === 'neutral')
    faults.push(
      recordFault(
        'spf-weak',
        'it says nothing of those it does not name',
        'End it with ~all, or with -all when reports show that nobody is missing.',
        at(endWith(record, '~all')),
      ),
    )
  if (result !== 'permerror' && terms >= crowdedFrom)
    faults.push(
      recordFault(
        'spf-crowded',
        `it takes ${terms} of the 10 look-ups that are allowed`,
        'Take out includes that are not used any more, before another one breaks it.',
        at(record),
      ),
    )
  if (result !== 'permerror' && voids > 0)
    faults.push(
      recordFault(
        'spf-void',
        `${voids} of its look-ups find nothing; more than 2 break it`,
        'Take out names that are not in DNS any more.',
        at(record),
      ),
    )
  return faults
}

function endWith(record: string, end: string): string {
  const terms = record.split(/ +/).filter((each) => !/^[-+~?]?all$/i.test(each) && each !== '')
  return [...terms, end].join(' ')
}

/** Terms of all of them, each once, in one record. */
function merge(records: readonly string[]): string {
  const terms = records.flatMap((each) => each.split(/ +/).slice(1))
  const named = [...new Set(terms.filter((each) => each !== '' && !/^[-+~?]?all$/i.test(each)))]
  return ['v=spf1', ...named, '~all'].join(' ').slice(0, 450)
}
