import type { DomainLine } from '@mailkeep/contract'
import type { Filter } from '../../ui/use-filters.ts'

type LightName = NonNullable<DomainLine['lights']>['wrong'][number]['name']

/** What people call records of a domain, in the order in which they matter. */
export const lightNames: Readonly<Record<LightName, string>> = {
  mx: 'MX',
  spf: 'SPF',
  autodiscover: 'Autodiscover',
  dkim: 'DKIM',
  dmarc: 'DMARC',
  'mta-sts': 'MTA-STS',
  'tls-rpt': 'TLS-RPT',
}

/** Domains with a record that is wrong. */
export const wrongRecord: Filter = {
  name: 'wrong',
  label: 'Wrong in DNS',
  kind: 'choice',
  choices: [
    { value: 'any', label: 'anything' },
    ...Object.entries(lightNames).map(([value, label]) => ({ value, label })),
  ],
}
