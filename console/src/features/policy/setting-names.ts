/** How people call settings; one that is not here is called by its key. */
const names: Readonly<Record<string, string>> = {
  dmarc: 'DMARC',
  learning: 'Learning',
  recipients: 'Who gets mail',
  tolerance: 'Tolerance',
  visibility: 'Visibility',
  'time-zone': 'Time zone',
  'release.bulk': 'Release of mass mail',
  'release.phishing': 'Release of phishing',
  'release.policy': 'Release of what a rule set aside',
  'release.spam': 'Release of spam',
  'release.virus': 'Release of viruses',
}

/** `Release of spam` for `release.spam`; a finding by its code. */
export function nameOfSetting(key: string): string {
  return names[key] ?? key.replace(/^weight\./, '')
}
