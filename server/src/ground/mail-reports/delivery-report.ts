import type { HeaderField } from '#ground/mail/header.ts'
import { parseMailDate } from '#ground/mail/mail-date.ts'
import { ReportError } from './report-error.ts'
import { afterType, firstOf, readFieldGroups } from './status-fields.ts'

/** A delivery status notification (RFC 3464). Times in milliseconds; null: it does not say. */
export interface DeliveryReport {
  readonly reportingMta: string | null
  readonly receivedFrom: string | null
  readonly arrivedAt: number | null
  readonly envelopeId: string | null
  readonly recipients: readonly ReportedRecipient[]
}

export interface ReportedRecipient {
  readonly address: string | null
  readonly original: string | null
  /** failed, delayed, delivered, relayed or expanded. */
  readonly action: string | null
  readonly status: string | null
  readonly remoteMta: string | null
  readonly diagnostic: string | null
  /** Who says it: smtp a server, x-unix a program; lower case. */
  readonly diagnosticType: string | null
  readonly lastAttemptAt: number | null
  readonly willRetryUntil: number | null
}

const mostRecipients = 1000

/** Reads the part message/delivery-status. @throws ReportError */
export function parseDeliveryReport(bytes: Buffer): DeliveryReport {
  const [message = [], ...recipients] = readFieldGroups(bytes, mostRecipients + 1)
  // Some leave out the empty line between the message and its only recipient.
  const found = recipients.length > 0 ? recipients : [message]
  if (!found.some((each) => firstOf(each, 'action') !== null || firstOf(each, 'status') !== null))
    throw new ReportError('broken-report', 'the report says of no recipient what became of it')
  return {
    reportingMta: afterType(firstOf(message, 'reporting-mta')),
    receivedFrom: afterType(firstOf(message, 'received-from-mta')),
    arrivedAt: dateOf(message, 'arrival-date'),
    envelopeId: firstOf(message, 'original-envelope-id'),
    recipients: found.map(readRecipient),
  }
}

function readRecipient(fields: readonly HeaderField[]): ReportedRecipient {
  return {
    address: afterType(firstOf(fields, 'final-recipient')),
    original: afterType(firstOf(fields, 'original-recipient')),
    action: firstOf(fields, 'action')?.toLowerCase() ?? null,
    status: /\d\.\d{1,3}\.\d{1,3}/.exec(firstOf(fields, 'status') ?? '')?.[0] ?? null,
    remoteMta: afterType(firstOf(fields, 'remote-mta')),
    diagnostic: afterType(firstOf(fields, 'diagnostic-code')),
    diagnosticType:
      /^\s*([\w-]{1,40})\s*;/.exec(firstOf(fields, 'diagnostic-code') ?? '')?.[1]?.toLowerCase() ?? null,
    lastAttemptAt: dateOf(fields, 'last-attempt-date'),
    willRetryUntil: dateOf(fields, 'will-retry-until'),
  }
}

function dateOf(fields: readonly HeaderField[], name: string): number | null {
  const text = firstOf(fields, name)
  return text === null ? null : parseMailDate(text)
}
