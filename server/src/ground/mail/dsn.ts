import { createHash } from 'node:crypto'
import { composeNotice } from './dsn-notice.ts'
import { composeOriginal } from './dsn-original.ts'
import { composeStatusPart } from './dsn-status-part.ts'
import { fieldValue, findField, parseHeader } from './header.ts'
import { formatMailDate } from './mail-date.ts'
import { withName } from './named-address.ts'
import { toPrintable } from './printable-text.ts'
import { encodeQuotedPrintable } from './quoted-printable.ts'

/**
 * What a notice is about. `relayed`: handed to a server that sends no notices of its own (RFC 3461, 5.2.2).
 * `recovered`: delivered after a notice had said that it failed.
 */
export type DsnKind = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'recovered'

export interface DsnRecipient {
  /** Envelope address. */
  readonly address: string
  /** ORCPT as it was given: `type;xtext`. */
  readonly originalRecipient: string | null
  readonly action: Exclude<DsnKind, 'recovered'> | 'expanded'
  /** Enhanced status code (RFC 3463), such as 5.1.1. */
  readonly status: string
  /** Server that answered; null where none did. */
  readonly remoteHost: string | null
  /** The answer as it came, or what happened instead of one. */
  readonly diagnostic: string | null
  /** Milliseconds since 1970, as all times here. */
  readonly lastAttempt: number | null
  readonly willRetryUntil: number | null
  /** When it is tried again; absent: not known. */
  readonly nextTry?: number | null
  /** What is known of it beyond its status, in plain words. */
  readonly known?: { readonly why: string; readonly advice: string }
}

export interface DsnRequest {
  readonly kind: DsnKind
  /** Host that writes the notice. */
  readonly reportingHost: string
  /** Address that the notice comes from in its header, and that people may ask. */
  readonly postmaster: string
  /** Name beside that address; empty: that of the mail system. */
  readonly fromName?: string
  /** ENVID as it was given, in xtext. */
  readonly originalEnvelopeId: string | null
  readonly arrivalDate: number | null
  /** Envelope sender of the message, who gets the notice. */
  readonly originalSender: string
  readonly recipients: readonly DsnRecipient[]
  readonly original: {
    /** Header of the message, as far as it should be shown. */
    readonly header: Buffer
    /** The whole message where the sender asked for it (RET=FULL) and it is small enough; else null. */
    readonly full: Buffer | null
  }
  /** With angle brackets or without. */
  readonly messageId: string
  readonly date: number
}

const subjects: Readonly<Record<DsnKind, string>> = {
  failed: 'Your message could not be delivered',
  delayed: 'Your message is delayed',
  delivered: 'Your message was delivered',
  relayed: 'Your message was passed on',
  recovered: 'Your message was delivered after all',
}

interface Part {
  readonly head: string
  readonly body: Buffer
  readonly eightBit: boolean
}

/**
 * Writes a delivery status notification (RFC 3464, for addresses beyond ASCII RFC 6533): words for people, the report
 * for programs, and the message or its header. Line ends are CRLF and lines below 998 bytes; nothing that comes from
 * outside can begin a line of its own. Who gets it, and that nobody does for an empty sender, is up to the caller.
 */
export function composeDsn(request: DsnRequest): Buffer {
  const status = composeStatusPart(request)
  const original = composeOriginal(request.original)
  const parts = [noticePart(composeNotice(request, original.whole)), status, original]
  const boundary = chooseBoundary(request, parts)
  const chunks: Buffer[] = [Buffer.from(composeHeader(request, boundary, parts))]
  for (const part of parts)
    chunks.push(Buffer.from(`--${boundary}\r\n${part.head}\r\n\r\n`), part.body, Buffer.from('\r\n'))
  chunks.push(Buffer.from(`--${boundary}--\r\n`))
  return Buffer.concat(chunks)
}

function composeHeader(request: DsnRequest, boundary: string, parts: readonly Part[]): string {
  const thread = originalMessageId(request.original.header)
  const lines = [
    `From: ${withName(request.fromName || 'Mail Delivery System', plainAddress(request.postmaster))}`,
    `To: <${plainAddress(request.originalSender)}>`,
    `Subject: ${subjects[request.kind]}`,
    `Date: ${formatMailDate(request.date)}`,
    `Message-ID: <${plainAddress(request.messageId)}>`,
    ...(thread ? [`In-Reply-To: ${thread}`, `References: ${thread}`] : []),
    // RFC 3834, 5: no automatic answer to this one.
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    ...(parts.some((part) => part.eightBit) ? ['Content-Transfer-Encoding: 8bit'] : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

function noticePart(text: string): Part {
  const body = text.replaceAll('\n', '\r\n')
  const plain = /^[\x00-\x7f]*$/.test(body)
  const head = `Content-Description: Notification\r\nContent-Type: text/plain; charset=${plain ? 'us-ascii' : 'utf-8'}`
  if (plain) return { head, body: Buffer.from(body), eightBit: false }
  return {
    head: `${head}\r\nContent-Transfer-Encoding: quoted-printable`,
    body: Buffer.from(encodeQuotedPrintable(body)),
    eightBit: false,
  }
}

/** A boundary that no part contains, the same one for the same notice. */
function chooseBoundary(request: DsnRequest, parts: readonly Part[]): string {
  for (let attempt = 0; ; attempt++) {
    const hash = createHash('sha256')
      .update(`${request.messageId}\n${request.date}\n${attempt}`)
      .digest('hex')
    const boundary = `=_${hash.slice(0, 32)}`
    if (!parts.some((part) => part.body.includes(boundary))) return boundary
  }
}

function originalMessageId(header: Buffer): string | null {
  const field = findField(parseHeader(header).fields, 'message-id')
  return field ? (/^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/.exec(fieldValue(field))?.[0] ?? null) : null
}

function plainAddress(text: string): string {
  return toPrintable(text, 320).replace(/^<|>$/g, '')
}
