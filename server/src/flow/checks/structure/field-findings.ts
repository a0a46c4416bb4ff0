import type { Edit, Finding, InspectedMessage } from '#flow/inspection/check.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import type { HeaderField } from '#ground/mail/header.ts'
import { fieldValue } from '#ground/mail/header.ts'
import { createFinding } from './structure-finding.ts'

/** Fields that may stand once (RFC 5322, 3.6; RFC 2045, 3). Of two, receivers show different ones. */
const singletons = new Set([
  'date',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
])

/** A forged From may list thousands; two are enough to tell. */
const maxFromAddresses = 100

/** What is missing, doubled or broken among the fields of the header. Only noted: real senders do all of it. */
export function findFieldFaults(message: InspectedMessage): Finding[] {
  // Of a header above the limit only the beginning was read: nothing can be said to be missing.
  if (message.scan.exceeded === 'header-size' && message.scan.parts === 1) return []
  const counts = new Map<string, number>()
  for (const { name } of message.header)
    if (singletons.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  const findings = [...findMissing(counts), ...findFromFaults(message.header)]
  const doubled = [...counts].filter(([, count]) => count > 1)
  if (doubled.length > 0) {
    const names = doubled.map(([name]) => name)
    findings.push(
      createFinding(
        'duplicate-field',
        `Fields that may stand once stand several times: ${names.join(', ')}.`,
        {
          evidence: { fields: Object.fromEntries(doubled) },
        },
      ),
    )
  }
  if (message.scan.header.defects.includes('line-without-field-name')) {
    const text = 'The header ends with a line that is no field; what follows counts as body.'
    findings.push(
      createFinding('header-line-without-name', text, {
        evidence: { offset: message.scan.header.bodyStart },
      }),
    )
  }
  if (message.scan.header.defects.includes('mbox-line')) {
    findings.push(
      createFinding('mbox-line', 'A line of a mailbox file stands before the header; it is not sent on.'),
    )
  }
  return findings
}

/**
 * Takes the mailbox line away while sending: behind the fields that we put before it, it would be a line within the
 * header that is no field, and receivers would show the rest of the header as text.
 */
export function removeMboxLine({ scan, header }: InspectedMessage): Edit[] {
  if (!scan.header.defects.includes('mbox-line')) return []
  return [{ kind: 'remove', start: 0, end: header[0]?.start ?? scan.header.bodyStart }]
}

function* findMissing(counts: ReadonlyMap<string, number>): Generator<Finding> {
  if (!counts.has('from')) yield createFinding('missing-from', 'The message has no From field.')
  if (!counts.has('date')) yield createFinding('missing-date', 'The message has no Date field.')
  if (!counts.has('message-id'))
    yield createFinding('missing-message-id', 'The message has no Message-ID field.')
}

function* findFromFaults(header: readonly HeaderField[]): Generator<Finding> {
  const fields = header.filter((field) => field.name === 'from')
  if (fields.length === 0) return
  const entries = fields
    .slice(0, 10)
    .flatMap((field) => parseAddressList(fieldValue(field), maxFromAddresses))
  const addresses = [...new Set(entries.flatMap(({ address }) => (address === null ? [] : [address])))]
  if (addresses.length === 0) yield createFinding('from-without-address', 'The From field holds no address.')
  if (fields.length > 1 || addresses.length > 1) {
    yield createFinding(
      'multiple-from',
      `The message names ${addresses.length} addresses in ${fields.length} From fields.`,
      {
        evidence: { fields: fields.length, addresses: addresses.slice(0, 5) },
      },
    )
  }
}
