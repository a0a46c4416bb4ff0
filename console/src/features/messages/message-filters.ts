import { verdicts } from '../../ui/known-verdicts.ts'
import type { Filter } from '../../ui/use-filters.ts'
import { useWords } from '../../ui/use-words.ts'

const choices = (...values: string[]) => values.map((value) => ({ value, label: value }))

const known = { codes: verdicts, isLoading: false }

/** Every condition that messages can be looked for by, as the API names them. */
export const messageFilters: readonly Filter[] = [
  { name: 'q', label: 'Search', kind: 'text' },
  {
    name: 'from',
    label: 'From',
    kind: 'text',
    placeholder: 'address or domain, as people see it or in the envelope',
  },
  { name: 'recipient', label: 'Recipient', kind: 'text', placeholder: 'address or domain' },
  { name: 'subject', label: 'Subject', kind: 'text', placeholder: 'words, or beginnings: invoi*' },
  { name: 'reply', label: 'Reply', kind: 'text', placeholder: 'words of what the receiver said' },
  { name: 'verdict', label: 'Verdict', kind: 'codes', useKnown: () => known },
  { name: 'reason', label: 'Reason', kind: 'codes', useKnown: () => useWords('reasons') },
  { name: 'kind', label: 'Happened', kind: 'codes', useKnown: () => useWords('kinds') },
  { name: 'class', label: 'Bounce class', kind: 'codes', useKnown: () => useWords('classes') },
  { name: 'finding', label: 'Finding', kind: 'codes', useKnown: () => useWords('findings') },
  { name: 'rule', label: 'Rule', kind: 'text', placeholder: 'its id' },
  { name: 'definitions', label: 'Definitions', kind: 'text', placeholder: 'version of the set' },
  { name: 'sender', label: 'Envelope sender', kind: 'text', placeholder: 'address or domain' },
  { name: 'ip', label: 'Client', kind: 'text', placeholder: '192.0.2.7 or 192.0.2.0/24' },
  {
    name: 'direction',
    label: 'Direction',
    kind: 'choice',
    choices: choices('inbound', 'outbound', 'own'),
  },
  { name: 'size', label: 'Size', kind: 'least', unit: 'kB', times: 1000 },
  { name: 'score', label: 'Score', kind: 'least', unit: 'points', times: 1 },
  { name: 'tenant', label: 'Tenant', kind: 'tenant' },
  { name: 'node', label: 'Node', kind: 'text' },
  { name: 'since', label: 'Since', kind: 'time' },
  { name: 'until', label: 'Until', kind: 'time' },
]

export const stateTabs = [
  'waiting',
  'held',
  'quarantined',
  'returned',
  'refused',
  'delivered',
  'discarded',
] as const
