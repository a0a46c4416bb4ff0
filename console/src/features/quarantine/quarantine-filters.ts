import type { Filter, KnownCodes } from '../../ui/use-filters.ts'
import { useWords } from '../../ui/use-words.ts'

const verdicts: KnownCodes = {
  codes: [
    { code: 'spam', text: 'unwanted mail' },
    { code: 'bulk', text: 'newsletters and other mail to many' },
    { code: 'phishing', text: 'wants passwords, money or data' },
    { code: 'spoof', text: 'does not come from whom it names' },
    { code: 'virus', text: 'a virus was found in it' },
    { code: 'policy', text: 'a rule or a list of yours asked for it' },
    { code: 'unscanned', text: 'could not be looked at' },
  ],
  isLoading: false,
}

/** Every condition that mail in quarantine can be looked for by, as the API names them. */
export const quarantineFilters: readonly Filter[] = [
  { name: 'subject', label: 'Subject', kind: 'text' },
  { name: 'sender', label: 'Sender', kind: 'text', placeholder: 'address or domain' },
  { name: 'recipient', label: 'Recipient', kind: 'text', placeholder: 'address or domain' },
  { name: 'tenant', label: 'Tenant', kind: 'text', placeholder: 'its id' },
  { name: 'verdict', label: 'Taken for', kind: 'codes', useKnown: () => verdicts },
  { name: 'reason', label: 'Reason', kind: 'codes', useKnown: () => useWords('reasons') },
  { name: 'score', label: 'Score', kind: 'least', unit: 'points', times: 1 },
  { name: 'size', label: 'Size', kind: 'least', unit: 'kB', times: 1000 },
  { name: 'since', label: 'Set aside since', kind: 'time' },
  { name: 'until', label: 'Set aside until', kind: 'time' },
  { name: 'domain', label: 'Exact domain', kind: 'text', placeholder: 'of the recipient' },
]
