import type { KnownCode } from './use-filters.ts'

/** What mail may be taken for, other than good mail. */
export const badVerdicts: readonly KnownCode[] = [
  { code: 'spam', text: 'unwanted mail' },
  { code: 'bulk', text: 'newsletters and other mail to many' },
  { code: 'phishing', text: 'wants passwords, money or data' },
  { code: 'spoof', text: 'does not come from whom it names' },
  { code: 'virus', text: 'a virus was found in it' },
  { code: 'policy', text: 'a rule or a list of yours asked for it' },
  { code: 'unscanned', text: 'could not be looked at' },
]

/** All that mail may be taken for. */
export const verdicts: readonly KnownCode[] = [
  { code: 'clean', text: 'nothing spoke against it' },
  ...badVerdicts,
]
