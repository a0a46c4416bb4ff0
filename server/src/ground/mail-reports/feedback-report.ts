import { parseMailDate } from '#ground/mail/mail-date.ts'
import { ReportError } from './report-error.ts'
import { firstOf, readFieldGroups, valuesOf } from './status-fields.ts'

/** A feedback report: a complaint (RFC 5965) or a failed authentication (RFC 6591). Times in milliseconds. */
export interface FeedbackReport {
  /** abuse, fraud, virus, other, not-spam, auth-failure … */
  readonly feedbackType: string
  readonly userAgent: string | null
  readonly version: string | null
  readonly mailFrom: string | null
  readonly rcptTo: readonly string[]
  readonly arrivedAt: number | null
  readonly sourceIp: string | null
  readonly reportedDomains: readonly string[]
  readonly reportedUris: readonly string[]
  readonly incidents: number
  readonly authFailure: string | null
  readonly deliveryResult: string | null
  readonly identityAlignment: string | null
  readonly dkimDomain: string | null
  readonly dkimSelector: string | null
}

/** Reads the part message/feedback-report. @throws ReportError */
export function parseFeedbackReport(bytes: Buffer): FeedbackReport {
  const fields = readFieldGroups(bytes, 1)[0] ?? []
  const feedbackType = firstOf(fields, 'feedback-type')?.toLowerCase()
  if (!feedbackType) throw new ReportError('broken-report', 'the report has no Feedback-Type')
  const date = firstOf(fields, 'arrival-date') ?? firstOf(fields, 'received-date')
  const incidents = Number(firstOf(fields, 'incidents') ?? 1)
  return {
    feedbackType,
    userAgent: firstOf(fields, 'user-agent'),
    version: firstOf(fields, 'version'),
    mailFrom: bare(firstOf(fields, 'original-mail-from')),
    rcptTo: valuesOf(fields, 'original-rcpt-to').map((each) => bare(each) ?? ''),
    arrivedAt: date === null ? null : parseMailDate(date),
    sourceIp: firstOf(fields, 'source-ip'),
    reportedDomains: valuesOf(fields, 'reported-domain').map((each) => each.toLowerCase()),
    reportedUris: valuesOf(fields, 'reported-uri'),
    incidents: Number.isSafeInteger(incidents) && incidents > 0 ? incidents : 1,
    authFailure: firstOf(fields, 'auth-failure')?.toLowerCase() ?? null,
    deliveryResult: firstOf(fields, 'delivery-result')?.toLowerCase() ?? null,
    identityAlignment: firstOf(fields, 'identity-alignment')?.toLowerCase() ?? null,
    dkimDomain: firstOf(fields, 'dkim-domain')?.toLowerCase() ?? null,
    dkimSelector: firstOf(fields, 'dkim-selector'),
  }
}

function bare(text: string | null): string | null {
  return text === null ? null : text.replace(/^<(.*)>$/, '$1')
}
