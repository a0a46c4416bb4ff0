import { choice, duration, flag, integer, text } from '../setting-types.ts'
import { day, hour } from './units.ts'

/** Settings of what checks learn from: definitions, judgements and reports of people. */
export const learningSettings = {
  'reports.perMinute': integer({
    default: 20,
    when: 'live',
    help: 'Reports of missed spam and false alarms that one person may send in a minute; 0: any number.',
  }),
  'reports.answersPerHour': integer({
    default: 20,
    min: 1,
    when: 'live',
    help: 'Answers that one person gets to reports in an hour; more are left out, those about decisions wait.',
  }),
  'reports.release': choice(['ask', 'self'], {
    default: 'ask',
    when: 'live',
    help: 'What a report of a false alarm does to mail in quarantine: ask asks an administrator, self releases it to who reports it, unless a scanner found a virus or could not look, or the report may be forged.',
  }),
  'reports.sendDaily': flag({
    default: true,
    when: 'live',
    help: 'Whether owners of domains who ask for it in DNS get a daily report: about TLS of our connections (TLS-RPT), and about mail in their name (DMARC).',
  }),
  'reports.keep': duration({
    default: 395 * day,
    when: 'live',
    help: 'How long reports are kept after they were decided, or closed by reports.closeAfter.',
  }),
  'reports.remindAfter': duration({
    default: 14 * day,
    leastMs: hour,
    when: 'live',
    help: 'After so long without an answer reports of people raise the alarm reports-undecided for their domain.',
  }),
  'reports.closeAfter': duration({
    default: 90 * day,
    leastMs: hour,
    when: 'live',
    help: 'Reports that nobody has decided for so long, and for no less than reports.remindAfter, are closed; who reported hears that nobody decided.',
  }),

  'definitions.trialMessages': integer({
    default: 1000,
    min: 50,
    when: 'live',
    help: 'Messages that a new set of definitions judges beside the active one in each step of its trial.',
  }),
  'definitions.trialTime': duration({
    default: day,
    when: 'live',
    help: 'Or this time, where less mail comes in; and how long an activated set is compared on with the one before.',
  }),
  'definitions.source': text({
    default: '',
    help: 'Folder, or address of a web server, with the latest signed bundle of definitions; looked at each minute. Empty: only `mailkeep definitions add`.',
  }),
  'definitions.key': text({
    default: '',
    help: 'PEM file with the Ed25519 public key that bundles of definitions are signed with.',
  }),

  'learning.most': integer({
    default: 80,
    min: 0,
    when: 'live',
    help: 'Points that what a tenant has taught may add or take off at most; 0: it counts for nothing.',
  }),
  'learning.trialMessages': integer({
    default: 1000,
    min: 50,
    when: 'live',
    help: 'Messages of its tenant that what was learnt is tried on in each step of its trial.',
  }),
  'learning.trialTime': duration({
    default: day,
    when: 'live',
    help: 'Or this time, where less mail comes in.',
  }),
} as const
