import type { DsnRecipient, DsnRequest } from './dsn.ts'
import { formatMailDate } from './mail-date.ts'
import { toPrintable, wrapWords } from './printable-text.ts'
import { decodeUtf8Address, decodeXtext } from './smtp-text.ts'

const maxDiagnostic = 4000
const fallbackStatus = {
  failed: '5.0.0',
  delayed: '4.0.0',
  delivered: '2.0.0',
  relayed: '2.0.0',
  expanded: '2.0.0',
} as const

/**
 * The second part of a notice, for programs (RFC 3464, 2). With an address beyond ASCII among the recipients it is
 * message/global-delivery-status with UTF-8 (RFC 6533, 4), otherwise pure ASCII.
 */
export function composeStatusPart(request: DsnRequest): { head: string; body: Buffer; eightBit: boolean } {
  const international = request.recipients.some((each) => !isPlain(each.address))
  const groups = [
    messageFields(request),
    ...request.recipients.map((each) => recipientFields(each, international)),
  ]
  const text = groups.map((fields) => fields.join('')).join('\r\n')
  const type = international ? 'message/global-delivery-status' : 'message/delivery-status'
  const body = Buffer.from(international ? text : text.replace(/[^\x00-\x7f]/gu, '?'))
  const eightBit = body.some((byte) => byte > 127)
  const encoding = eightBit ? '\r\nContent-Transfer-Encoding: 8bit' : ''
  return { head: `Content-Description: Delivery report\r\nContent-Type: ${type}${encoding}`, body, eightBit }
}

function messageFields(request: DsnRequest): string[] {
  const envelopeId =
    request.originalEnvelopeId === null
      ? null
      : (decodeXtext(request.originalEnvelopeId) ?? request.originalEnvelopeId)
  return [
    ...field('Original-Envelope-Id', envelopeId),
    ...field('Reporting-MTA', `dns; ${request.reportingHost}`),
    ...field('Arrival-Date', date(request.arrivalDate)),
  ]
}

function recipientFields(recipient: DsnRecipient, international: boolean): string[] {
  const { address, action, diagnostic } = recipient
  const status = /^[245]\.\d{1,3}\.\d{1,3}$/.test(recipient.status)
    ? recipient.status
    : fallbackStatus[action]
  return [
    ...field('Original-Recipient', originalRecipient(recipient.originalRecipient, international)),
    ...field('Final-Recipient', `${isPlain(address) ? 'rfc822' : 'utf-8'}; ${address}`),
    ...field('Action', action),
    ...field('Status', status),
    ...field('Remote-MTA', recipient.remoteHost === null ? null : `dns; ${recipient.remoteHost}`),
    // Only what a server has said is of type smtp (RFC 3464, 2.3.6).
    ...field(
      'Diagnostic-Code',
      diagnostic === null
        ? null
        : `${/^[245]\d\d\b/.test(diagnostic) ? 'smtp' : 'x-mailkeep'}; ${diagnostic}`,
    ),
    ...field('Last-Attempt-Date', date(recipient.lastAttempt)),
    ...field('Will-Retry-Until', date(recipient.willRetryUntil)),
  ]
}

/** ORCPT comes in xtext and goes without (RFC 3464, 2.3.1); the utf-8 form is ASCII by itself. */
function originalRecipient(orcpt: string | null, international: boolean): string | null {
  const match = orcpt === null ? null : /^([A-Za-z0-9-]{1,32});(.+)$/s.exec(orcpt)
  if (!match) return null
  const [, type = '', xtext = ''] = match
  if (type.toLowerCase() === 'utf-8')
    return `utf-8; ${international ? (decodeUtf8Address(xtext) ?? xtext) : xtext}`
  return `${type}; ${decodeXtext(xtext) ?? xtext}`
}

function date(timeMs: number | null): string | null {
  return timeMs === null ? null : formatMailDate(timeMs)
}

/** One field with its line end, folded; no field for null. A piece of 240 characters stays below 998 bytes in UTF-8. */
function field(name: string, value: string | null): string[] {
  if (value === null) return []
  return [`${wrapWords(`${name}: ${toPrintable(value, maxDiagnostic)}`, 76, 240).join('\r\n ')}\r\n`]
}

function isPlain(address: string): boolean {
  return /^[\x00-\x7f]*$/.test(address)
}
