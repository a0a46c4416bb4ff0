/** How people call settings; one that is not here is called by its key. */
const names: Readonly<Record<string, string>> = {
  dmarc: 'DMARC',
  learning: 'Learning',
  'outbound.action': 'Suspicious mail that people send',
  'outbound.forged-bounces': 'Forged bounces',
  'outbound.per-hour': 'Recipients in an hour',
  'outbound.release': 'Who sends held mail',
  'outbound.signed-senders': 'Signed senders',
  'outbound.sudden': 'Sudden volume',
  'outbound.tolerance': 'Tolerance for mail that people send',
  'product.filtering': 'Filtering',
  'product.mailbox': 'Mailboxes',
  'product.outbound': 'Sending',
  'product.review': 'Review',
  'product.sealed': 'Sealed messages',
  'product.shield': 'Shield',
  recipients: 'Who gets mail',
  'release.bulk': 'Release of mass mail',
  'release.phishing': 'Release of phishing',
  'release.policy': 'Release of what a rule set aside',
  'release.spam': 'Release of spam',
  'release.spoof': 'Release of forged senders',
  'release.unscanned': 'Release of what was not scanned',
  'review.days': 'Days of review mails',
  'review.every': 'Hours between review mails',
  'review.from': 'First review mail of a day',
  'review.lists': 'Lists of one’s own',
  'review.mail': 'Review mails',
  'review.managers': 'Mails to managers',
  'review.release': 'Release by oneself',
  'review.sign-in': 'Review page by link',
  'review.until': 'Last review mail of a day',
  'time-zone': 'Time zone',
  tolerance: 'Tolerance',
  visibility: 'Visibility',
}

/** `Release of spam` for `release.spam`; a finding by its code. */
export function nameOfSetting(key: string): string {
  return names[key] ?? key.replace(/^weight\./, '')
}
