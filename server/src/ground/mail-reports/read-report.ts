import { fieldValue, findField, parseHeader } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import { type MimePart, scanMime } from '#ground/mail/mime.ts'
import { createTransferDecoder } from '#ground/mail/transfer-decoder.ts'
import { type AggregateReport, parseAggregateReport } from './aggregate-report.ts'
import { type DeliveryReport, parseDeliveryReport } from './delivery-report.ts'
import { type FeedbackReport, parseFeedbackReport } from './feedback-report.ts'
import { ReportError } from './report-error.ts'
import { parseTlsReport, type TlsReport } from './tls-report.ts'
import { mostUnpacked, unpackReport } from './unpack-report.ts'

/** The message that a report is about, as far as its header came back. */
export interface OriginalMessage {
  readonly from: string | null
  readonly to: string | null
  readonly subject: string | null
  readonly messageId: string | null
  readonly date: string | null
}

export type ReadReport =
  | { readonly type: 'dmarc'; readonly report: AggregateReport }
  | { readonly type: 'tlsrpt'; readonly report: TlsReport }
  | { readonly type: 'arf'; readonly report: FeedbackReport & { readonly original: OriginalMessage | null } }
  | { readonly type: 'dsn'; readonly report: DeliveryReport & { readonly original: OriginalMessage | null } }

export type ReportType = ReadReport['type']

const limits = { maxDepth: 20, maxParts: 200, maxHeaderBytes: 512 << 10 }
const mostFields = 1 << 20
const mostHeader = 256 << 10

/** Reads a message that brings a report, or the file of one. `wanted` null: whatever it is. @throws ReportError */
export async function readReport(bytes: Buffer, wanted: ReportType | null): Promise<ReadReport> {
  const isPacked = (bytes[0] === 0x1f && bytes[1] === 0x8b) || bytes.subarray(0, 2).toString() === 'PK'
  // A mark of byte order is a blank to trimStart.
  if (!isPacked && !/^[<{]/.test(bytes.toString('utf8', 0, 200).trimStart()))
    return readReportMessage(bytes, wanted)
  const read = await readReportFile(bytes)
  if (wanted !== null && read.type !== wanted)
    throw new ReportError('no-report', `this is a report of the type ${read.type}`)
  return read
}

/** Reads the file of a DMARC or TLS report, packed or not. @throws ReportError */
export async function readReportFile(bytes: Buffer): Promise<ReadReport> {
  const plain = await unpackReport(bytes)
  const text = plain.toString('utf8').replace(/^\ufeff/, '')
  const first = text.trimStart()[0]
  if (first === '<') return { type: 'dmarc', report: parseAggregateReport(text) }
  if (first === '{') return { type: 'tlsrpt', report: parseTlsReport(text) }
  throw new ReportError('no-report', 'this is neither XML nor JSON, as DMARC and TLS reports are')
}

/**
 * Reads the report that a message brings. `wanted` null: whatever it is.
 * @throws ReportError where there is none, or it is broken
 */
export async function readReportMessage(message: Buffer, wanted: ReportType | null): Promise<ReadReport> {
  const parts = leavesOf(scanMime(message, limits).root)
  const status = parts.find((each) => /^message\/(global-)?delivery-status$/.test(each.type))
  if (status && (wanted === null || wanted === 'dsn'))
    return {
      type: 'dsn',
      report: {
        ...parseDeliveryReport(contentOf(message, status, mostFields)),
        original: originalOf(message, parts),
      },
    }
  const feedback = parts.find((each) => each.type === 'message/feedback-report')
  if (feedback && (wanted === null || wanted === 'arf'))
    return {
      type: 'arf',
      report: {
        ...parseFeedbackReport(contentOf(message, feedback, mostFields)),
        original: originalOf(message, parts),
      },
    }
  if (wanted === 'dsn' || wanted === 'arf')
    throw new ReportError('no-report', `the message has no ${wanted} part`)
  return readAttached(message, parts, wanted)
}

/** A DMARC or TLS report is an attachment, under many types; the first that can be read is it. */
async function readAttached(
  message: Buffer,
  parts: readonly MimePart[],
  wanted: ReportType | null,
): Promise<ReadReport> {
  let fault = new ReportError('no-report', 'the message brings no report')
  for (const part of parts.filter(mayBeReport)) {
    try {
      const read = await readReportFile(contentOf(message, part, mostUnpacked))
      if (wanted === null || read.type === wanted) return read
    } catch (cause) {
      if (!(cause instanceof ReportError)) throw cause
      if (fault.code === 'no-report') fault = cause
    }
  }
  throw fault
}

function mayBeReport({ type, fileName, disposition }: MimePart): boolean {
  if (/(xml|gzip|zip|json|octet-stream|tlsrpt)/.test(type)) return true
  return disposition === 'attachment' || /\.(xml|gz|zip|json)$/i.test(fileName ?? '')
}

/** Leaves of the tree; of a message within, the report's own parts are enough. */
function leavesOf(part: MimePart): MimePart[] {
  return part.children.length === 0 || part.type.startsWith('message/')
    ? [part]
    : part.children.flatMap(leavesOf)
}

function contentOf(message: Buffer, part: MimePart, most: number): Buffer {
  // Nothing decodes to more than it is.
  const decoder = createTransferDecoder(part.encoding, Math.min(most, part.bodyEnd - part.bodyStart))
  decoder.write(message.subarray(part.bodyStart, part.bodyEnd))
  return decoder.end().bytes
}

function originalOf(message: Buffer, parts: readonly MimePart[]): OriginalMessage | null {
  const part = parts.find((each) =>
    /^(message\/(rfc822|global|global-headers)|text\/rfc822-headers)$/.test(each.type),
  )
  if (!part) return null
  const { fields } = parseHeader(contentOf(message, part, mostHeader))
  const value = (name: string) => {
    const field = findField(fields, name)
    return field ? decodeHeaderText(fieldValue(field)).trim().slice(0, 1000) : null
  }
  return {
    from: value('from'),
    to: value('to'),
    subject: value('subject'),
    messageId: value('message-id'),
    date: value('date'),
  }
}
