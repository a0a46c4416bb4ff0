import { badVerdicts } from '../../ui/known-verdicts.ts'
import type { Filter } from '../../ui/use-filters.ts'
import { useWords } from '../../ui/use-words.ts'

const known = { codes: badVerdicts, isLoading: false }

/** Every condition that mail in quarantine can be looked for by, as the API names them. */
export const quarantineFilters: readonly Filter[] = [
  { name: 'subject', label: 'Subject', kind: 'text' },
  { name: 'sender', label: 'Sender', kind: 'text', placeholder: 'address or domain' },
  { name: 'recipient', label: 'Recipient', kind: 'text', placeholder: 'address or domain' },
  { name: 'tenant', label: 'Tenant', kind: 'tenant' },
  { name: 'verdict', label: 'Taken for', kind: 'codes', useKnown: () => known },
  { name: 'reason', label: 'Reason', kind: 'codes', useKnown: () => useWords('reasons') },
  { name: 'score', label: 'Score', kind: 'least', unit: 'points', times: 1 },
  { name: 'size', label: 'Size', kind: 'least', unit: 'kB', times: 1000 },
  { name: 'since', label: 'Set aside since', kind: 'time' },
  { name: 'until', label: 'Set aside until', kind: 'time' },
  { name: 'domain', label: 'Exact domain', kind: 'domain' },
]
