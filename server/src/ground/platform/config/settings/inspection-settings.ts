import { availableParallelism } from 'node:os'
import { bytes, choice, choices, duration, flag, integer, text, texts } from '../setting-types.ts'
import { minute, second } from './units.ts'

/** Settings of how mail is judged. */
export const inspectionSettings = {
  'inspection.budget': duration({
    default: 20 * second,
    help: 'Time for all checks before the answer to a message; what is not finished by then goes on behind it.',
  }),
  'inspection.behindAbove': duration({
    default: second,
    when: 'live',
    help: 'Time of the checks (p95 over inspection.behindAfter) above which they go on behind the answer instead of before it.',
  }),
  'inspection.behindAfter': duration({
    default: minute,
    help: 'How long the checks must have been slow before they move behind the answer, and fast before they move back.',
  }),
  'inspection.checkBudget': duration({
    default: 10 * second,
    help: 'Time for one check; after it the check counts as unavailable.',
  }),
  'inspection.stallLimit': duration({
    default: 2 * second,
    help: 'Longest computation without a pause in an inspection thread, in time of the processor; after it the thread is replaced.',
  }),
  'inspection.threads': integer({
    default: Math.min(8, availableParallelism()),
    min: 1,
    max: 64,
    help: 'Inspection threads.',
  }),
  'inspection.threadMemory': bytes({
    default: 128 << 20,
    help: 'Heap of one inspection thread; a message that needs more is set aside.',
  }),
  'inspection.maxMimeDepth': integer({
    default: 100,
    min: 1,
    help: 'Deepest nesting of MIME parts; above: 554 5.6.0.',
  }),
  'inspection.maxMimeParts': integer({
    default: 10_000,
    min: 1,
    help: 'MIME parts of one message; above: 554 5.6.0.',
  }),
  'inspection.maxReceived': integer({
    default: 50,
    min: 1,
    help: 'Received fields of one message; above it counts as looping.',
  }),
  'inspection.maxPasses': integer({
    default: 3,
    min: 1,
    help: 'Times one message may come through here; the last of them is held instead of sent on.',
  }),
  'inspection.waitUnscanned': duration({
    default: 10 * minute,
    help: 'How long a message waits for a check that cannot finish before it is set aside as unscanned.',
  }),
  'inspection.lease': duration({
    default: 30 * second,
    help: 'How long a message that is inspected behind its answer belongs to a process before others may take it over; renewed while the work goes on.',
  }),
  'inspection.dmarc': choice(['enforce', 'observe'], {
    default: 'enforce',
    help: 'Whether a DMARC policy of reject or quarantine is followed, or only noted.',
  }),
  'inspection.temperror': choice(['auto', 'defer', 'deliver'], {
    default: 'auto',
    help: 'What happens when DNS trouble leaves the DMARC result open: defer answers 451; auto delivers only where no DNS server has ever answered, and defers from then on.',
  }),
  'inspection.off': choices(
    [
      'content',
      'links',
      'files',
      'sender',
      'sender-lists',
      'rules',
      'learnt',
      'antivirus',
      'lists',
      'connection',
    ],
    {
      default: [],
      when: 'live',
      help: 'Checks that do not run: content, links, files, sender, sender-lists, rules, learnt, antivirus, lists, connection. Structure and authentication always do.',
    },
  ),
  'inspection.arcTrusted': texts({
    default: [],
    help: 'ARC sealer domains whose passing chain may override a DMARC failure.',
  }),
  'inspection.arcSeal': flag({
    default: false,
    help: 'Whether mail that passes through is sealed with ARC; needs inspection.arcDomain, arcSelector and arcKey.',
  }),
  'inspection.arcDomain': text({ default: '', help: 'Domain that ARC seals are made in the name of.' }),
  'inspection.arcSelector': text({ default: '', help: 'Selector of the ARC key in DNS.' }),
  'inspection.arcKey': text({ default: '', help: 'PEM file with the ARC private key (RSA or Ed25519).' }),
} as const
