import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import { laneName } from '#flow/spool/lane.ts'
import type { Body, NewDelivery } from '#flow/spool/message.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import { type NoteNoticeBounce, readNoticeBounce } from './read-notice-bounce.ts'
import type { RecipientSource } from './recipient-source.ts'
import type { Refused } from './refuse-whole.ts'
import { type Reply, replies } from './replies.ts'
import type { SessionClient, SessionRecipient, Transaction } from './session-state.ts'
import { takeDomainReport } from './take-domain-report.ts'
import { takeRadarReply } from './take-radar-reply.ts'
import { type ReportContext, takeReport } from './take-report.ts'

export interface OwnMailContext extends ReportContext {
  readonly recipients: RecipientSource
  readonly alarms: Alarms
  /** Whether a test waits for what comes back to its address. */
  readonly awaitsReply: (token: string) => Promise<boolean>
  readonly noteNoticeBounce: NoteNoticeBounce
}

/** A message that has come, as its readers need it. */
export interface ComeMail {
  readonly transaction: Transaction
  readonly client: SessionClient
  readonly body: Body
  readonly end: InspectionEnd
  readonly receivedAt: number
  /** Name of this site: what belongs to no tenant is in its books. */
  readonly host: string
}

export type OwnMail =
  | { readonly kind: 'refused'; readonly refused: Refused }
  /** It is settled by being read; what it brings is written down with it. */
  | {
      readonly kind: 'taken'
      readonly delivery: NewDelivery
      readonly brings: Pick<Acceptance, 'report' | 'domainReport' | 'radarReply'>
    }

/**
 * Mail to an address of the platform itself, which is alone in its transaction: a report of somebody of ours, or of
 * another system about a domain, the reply to a test mail, a bounce of a notice. It is read when it comes and goes
 * nowhere; what the checks say against it counts nothing. Null: it is for people, or is read when its inspection ends.
 */
export async function takeOwnMail(context: OwnMailContext, mail: ComeMail): Promise<OwnMail | null> {
  const [recipient] = mail.transaction.recipients
  if (recipient?.report) return readReport(context, mail, recipient, recipient.report)
  if (recipient?.isDomainReport) return readDomainReport(context, mail)
  if (recipient?.radar !== undefined) return readReply(context, mail, recipient.radar)
  if (recipient?.notice !== undefined) return readBounce(context, mail, recipient.notice)
  return null
}

function readReport(
  context: OwnMailContext,
  mail: ComeMail,
  { tenant }: SessionRecipient,
  kind: NonNullable<SessionRecipient['report']>,
): OwnMail | null {
  const { transaction, end, client } = mail
  const { id, mailFrom } = transaction
  const taken = takeReport(context, { id, mailFrom, ip: client.ip, tenant, kind }, end)
  if (taken.kind === 'later') return null
  if (taken.kind === 'taken') {
    const { report, domain } = taken
    return {
      kind: 'taken',
      delivery: settled(mail, report.tenant, domain, 'report-taken'),
      brings: { report },
    }
  }
  if (end.kind === 'poison')
    context.alarms.pulse(
      'poison-message',
      id,
      `the report ${id} ended two inspection threads and was refused: ${end.why}`,
      3_600_000,
    )
  return refused(taken)
}

function readDomainReport({ recipients }: OwnMailContext, mail: ComeMail): OwnMail {
  const taken = takeDomainReport(recipients, mail.transaction.id, mail.end)
  if (taken.kind === 'refused') return refused(taken)
  const { report } = taken
  return {
    kind: 'taken',
    delivery: settled(mail, report.tenant, report.domain, 'domain-report-taken'),
    brings: { domainReport: report },
  }
}

/** What answers no test that goes on is refused, so that its sender sees it. */
async function readReply({ awaitsReply }: OwnMailContext, mail: ComeMail, token: string): Promise<OwnMail> {
  const { transaction, client, end, host } = mail
  if (!(await awaitsReply(token)))
    return refused({ reason: 'radar-unknown', reply: replies.noSuchRecipient(transaction.id) })
  return {
    kind: 'taken',
    delivery: settled(mail, '', host, 'radar-reply-taken'),
    brings: { radarReply: takeRadarReply(token, transaction.mailFrom, client, end) },
  }
}

async function readBounce(
  { noteNoticeBounce }: OwnMailContext,
  mail: ComeMail,
  notice: string,
): Promise<OwnMail> {
  const { transaction, body, end, receivedAt, host } = mail
  const bounce = { id: transaction.id, notice, body, end, at: receivedAt }
  const fault = await readNoticeBounce(noteNoticeBounce, bounce)
  if (fault) return refused(fault)
  return { kind: 'taken', delivery: settled(mail, '', host, 'notice-bounce-taken'), brings: {} }
}

function refused({ reason, reply }: { readonly reason: string; readonly reply: Reply }): OwnMail {
  return { kind: 'refused', refused: { reason, reply, decided: null } }
}

/** The tenant whose it is has it in its books. */
function settled(
  { transaction, receivedAt }: ComeMail,
  tenant: string,
  domain: string,
  reason: 'report-taken' | 'domain-report-taken' | 'radar-reply-taken' | 'notice-bounce-taken',
): NewDelivery {
  return {
    n: 0,
    rcptTo: transaction.recipients[0]?.rcptTo ?? '',
    dsn: { notify: null, orcpt: null },
    tenant,
    state: 'discarded',
    reason,
    lane: laneName({ direction: 'inbound', tenant, domain, via: null }),
    dueAt: null,
    expiresAt: receivedAt,
    noticeAt: null,
  }
}
