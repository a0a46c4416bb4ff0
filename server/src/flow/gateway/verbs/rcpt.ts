import { defaultPolicy } from '#flow/inspection/verdict.ts'
import type { DsnRequest } from '#flow/spool/message.ts'
import { parseMailbox } from '#ground/mail/address.ts'
import { noticeIdOf } from '#ground/mail/notice-address.ts'
import type { ProbeMark } from '#ground/mail/probe-address.ts'
import { radarTokenOf } from '#ground/mail/radar-address.ts'
import { isDomainReportAddress, type ReportKind, reportKindOf } from '#ground/mail/report-address.ts'
import { signatureLength } from '#ground/mail/signed-sender.ts'
import { toPlainUtf8Address, toXtext } from '#ground/mail/smtp-text.ts'
import { drillDomain, probeTenant } from '#ground/platform/probe-tenant.ts'
import { defaultOutbound } from '../outbound-policy.ts'
import { type Reply, replies } from '../replies.ts'
import { senderKey } from '../sender-key.ts'
import type { KnownSender } from '../sender-source.ts'
import type { Session } from '../session.ts'
import type { SessionRecipient, Transaction } from '../session-state.ts'
import { parsePath } from './path.ts'
import type { Verb } from './verb.ts'

const usage = 'RCPT TO:<address> [NOTIFY=NEVER|SUCCESS,FAILURE,DELAY] [ORCPT=type;address]'

/** RCPT: adds a recipient (RFC 5321, 4.1.1.3), after the directory snapshot has said that it is ours. */
export const rcpt: Verb = {
  name: 'RCPT',
  endsGroup: false,
  run(session, argument) {
    const { transaction } = session
    if (transaction === null) return replies.badSequence('MAIL')
    if (transaction.chunked) return replies.mixedData
    const path = parsePath('TO', argument)
    if (path === null) return replies.badSyntax(usage)
    const dsn = readDsn(path.parameters)
    if ('code' in dsn) return dsn
    if (transaction.recipients.length >= session.context.settings['gateway.maxRecipients'])
      return replies.tooManyRecipients
    const mailbox = parseMailbox(path.address, { smtputf8: transaction.parameters.smtputf8 })
    if (mailbox === null) {
      return /[^\x00-\x7f]/.test(path.address) && !transaction.parameters.smtputf8
        ? replies.needsUtf8
        : replies.badRecipient
    }
    const probe = session.context.probeOf(path.address)
    if (probe !== null) return addProbe(session, transaction, path.address, probe)
    const report = reportKindOf(path.address, session.context.settings['site.host'])
    // Somebody has to hear who of several recipients got the mail; a report has none.
    const isDomainReport = isDomainReportAddress(path.address, session.context.settings['site.host'])
    const radar = radarTokenOf(path.address, session.context.settings['site.host'])
    const plain = session.context.signedSenders.plain(path.address)
    const notice = plain === null ? null : noticeIdOf(plain, session.context.settings['site.host'])
    const isAlone = report !== null || isDomainReport || radar !== null || notice !== null
    if (
      transaction.recipients.some(
        (each) => each.report || each.isDomainReport || each.radar || each.notice || each.probe || isAlone,
      )
    )
      return replies.oneReport
    if (isDomainReport)
      return addToHouse(session, transaction, { rcptTo: path.address, dsn, isDomainReport: true })
    if (radar !== null) return addToHouse(session, transaction, { rcptTo: path.address, dsn, radar })
    if (report) return addReport(session, transaction, path.address, report, dsn)
    if (notice !== null) return addNoticeBounce(session, transaction, { rcptTo: path.address, dsn, notice })
    if (plain === null) return add(session, transaction, path.address, mailbox, dsn)
    const local = mailbox.local.slice(signatureLength)
    return plain === 'away'
      ? replies.directoryAway(session.context.newId())
      : add(session, transaction, plain, { ...mailbox, local }, dsn, true)
  },
}

/** Where this node can store nothing (see mail.ts). Null: it can. */
function putOff(
  { context }: Session,
  { putOff: reason }: Transaction,
): { reason: string; reply: Reply } | null {
  if (reason === undefined) return null
  const id = context.newId()
  return { reason, reply: reason === 'disk-full' ? replies.diskFull(id) : replies.spoolSlow(id) }
}

function add(
  session: Session,
  transaction: Transaction,
  address: string,
  mailbox: { local: string; domain: string },
  dsn: DsnRequest,
  isSigned = false,
): Reply {
  const { recipients, rates, admission, newId } = session.context
  const answer = recipients.lookup(mailbox.local, mailbox.domain)
  if (answer.kind === 'not-ours' && transaction.sender && transaction.sender.tenant !== probeTenant)
    return addOutbound(session, transaction, transaction.sender, address, mailbox.domain, dsn)
  const refuse = (reason: string, reply: Reply) => {
    // Never the tenant of an earlier recipient: a tenant is shown what is its own, and all of that.
    session.refuse('rcpt', reason, reply, {
      rcptTo: address,
      tenant: 'tenant' in answer ? answer.tenant : '',
    })
    return reply
  }
  // Messages of our own have addresses of their own, and nothing else is sent in their name.
  if (transaction.sender?.tenant === probeTenant) return refuse('relay-denied', replies.noRelay(newId()))
  if (answer.kind === 'unknown') return refuse('unknown-recipient', replies.noSuchRecipient(newId()))
  if (answer.kind === 'not-ours')
    return refuse(
      'relay-denied',
      isRelay(session) ? replies.senderElsewhere(newId()) : replies.noRelay(newId()),
    )
  if (answer.kind === 'lost') return refuse('recipient-lost-in-shrink', replies.directoryAway(newId()))
  if (answer.kind === 'unavailable') return refuse('directory-unavailable', replies.directoryAway(newId()))
  const away = putOff(session, transaction)
  if (away) return refuse(away.reason, away.reply)
  // A network proves nothing about a single mail: what its server brings for our people is judged like everybody's.
  if (transaction.sender?.by === 'network' && hasOutbound(transaction)) return replies.oneWay
  if (transaction.sender?.by !== 'network' && isSuspended(session, transaction))
    return refuse('sending-suspended', replies.sendingSuspended(newId()))
  const most = limitMet(session, transaction)
  if (most > 0 && transaction.sender?.by !== 'network')
    return refuse('sending-volume', replies.tooMuchSent(newId(), most))
  if (!rates.takeRecipient(session.client.ip, address))
    return refuse('recipient-rate', replies.tooFastRecipient(newId()))
  if (!rates.takeTenant(session.client.ip, answer.tenant) || !admission.mayTake(answer.tenant)) {
    return refuse('tenant-rate', replies.tooFastTenant(newId()))
  }
  // RFC 5321, 4.1.1.3 lets a recipient be named twice; it gets one copy.
  if (!transaction.recipients.some((each) => each.rcptTo === address)) {
    transaction.recipients.push({
      rcptTo: address,
      tenant: answer.tenant,
      domain: answer.domain,
      policy: answer.policy,
      dsn,
      ...(isSigned && { isSigned }),
    })
  }
  return replies.recipientOk
}

function isRelay({ context, client }: Session): boolean {
  return context.senders.relaysOf({ ip: client.ip, fingerprint: client.fingerprint ?? null }).length > 0
}

/** The limit of the sender's policy where this recipient would be one too many; 0: there is room. */
function limitMet({ context }: Session, { sender, mailFrom, recipients }: Transaction): number {
  if (sender === null || mailFrom === '') return 0
  const { perHour } = context.senders.outboundPolicyOf(mailFrom)
  const key = senderKey(sender, mailFrom)
  if (perHour === 0 || context.volume.count(key) + recipients.length < perHour) return 0
  context.volume.tellStopped(key, perHour)
  return perHour
}

/** Its mailbox sends as stolen ones do: nothing more is taken until a manager has looked. */
function isSuspended({ context }: Session, { sender, mailFrom }: Transaction): boolean {
  return sender !== null && mailFrom !== '' && context.volume.isSuspended(senderKey(sender, mailFrom))
}

const hasOutbound = ({ recipients }: Transaction) => recipients.some((each) => each.outbound)

/** A recipient elsewhere, of somebody who may send through here: see find-sender.ts. */
function addOutbound(
  session: Session,
  transaction: Transaction,
  sender: KnownSender,
  address: string,
  domain: string,
  dsn: DsnRequest,
): Reply {
  const { senders, rates, admission, newId } = session.context
  const { mailFrom, recipients } = transaction
  const place = mailFrom === '' ? { tenant: sender.tenant, domain: '' } : senders.placeOf(sender, mailFrom)
  const refuse = (reason: string, reply: Reply) => {
    session.refuse('rcpt', reason, reply, { rcptTo: address, tenant: place?.tenant ?? sender.tenant })
    return reply
  }
  if (place === null) return refuse('relay-denied', replies.senderElsewhere(newId()))
  if (domain.startsWith('[') || domain === '') return refuse('recipient-literal', replies.noLiteral(newId()))
  const away = putOff(session, transaction)
  if (away) return refuse(away.reason, away.reply)
  if (sender.by === 'network' && recipients.some((each) => !each.outbound)) return replies.oneWay
  if (isSuspended(session, transaction)) return refuse('sending-suspended', replies.sendingSuspended(newId()))
  const most = limitMet(session, transaction)
  if (most > 0) return refuse('sending-volume', replies.tooMuchSent(newId(), most))
  if (mailFrom === '' && recipients.length > 0) return replies.oneNotice
  if (!admission.mayQueue()) return refuse('queue-full', replies.queueFull(newId()))
  if (mailFrom === '' && !rates.takeNotice(sender.name))
    return refuse('notice-rate', replies.tooFastNotices(newId()))
  if (!rates.takeTenant(session.client.ip, place.tenant) || !admission.mayTake(place.tenant))
    return refuse('tenant-rate', replies.tooFastTenant(newId()))
  if (!recipients.some((each) => each.rcptTo === address)) {
    const outbound = senders.outboundPolicyOf(mailFrom)
    if (outbound.isOff) return refuse('sending-off', replies.sendingOff(newId()))
    recipients.push({
      rcptTo: address,
      tenant: place.tenant,
      domain: domain.toLowerCase(),
      policy: outbound.policy,
      dsn,
      outbound,
    })
  }
  return replies.recipientOk
}

/** Who may report is decided with the message: its author may be another one than its envelope sender. */
function addReport(
  session: Session,
  transaction: Transaction,
  address: string,
  report: ReportKind,
  dsn: DsnRequest,
): Reply {
  const { recipients, admission, newId, settings } = session.context
  const { mailFrom } = transaction
  const at = mailFrom.lastIndexOf('@')
  const sender = recipients.lookup(mailFrom.slice(0, at), mailFrom.slice(at + 1))
  const tenant = 'tenant' in sender ? sender.tenant : ''
  const refuse = (reason: string, reply: Reply) => {
    session.refuse('rcpt', reason, reply, { rcptTo: address, tenant })
    return reply
  }
  // Answers go out with an empty sender, so that one which comes back here ends.
  if (mailFrom === '') return refuse('report-bounce', replies.reportBounce(newId()))
  if (sender.kind === 'unavailable') return refuse('directory-unavailable', replies.directoryAway(newId()))
  const away = putOff(session, transaction)
  if (away) return refuse(away.reason, away.reply)
  if (!admission.mayTake(tenant)) return refuse('tenant-rate', replies.tooFastTenant(newId()))
  transaction.recipients.push({
    rcptTo: address,
    tenant,
    domain: settings['site.host'],
    // It holds mail of whoever reports.
    policy: { ...defaultPolicy, ...('policy' in sender && sender.policy.encrypts && { encrypts: true }) },
    dsn,
    report,
  })
  return replies.recipientOk
}

/** A message of our own counts for no limit of anybody, and stands alone: nobody else gets it. */
function addProbe(session: Session, transaction: Transaction, rcptTo: string, probe: ProbeMark): Reply {
  const { context } = session
  const { recipients } = transaction
  const away = putOff(session, transaction)
  // Who sent it tells what became of it.
  if (away) return away.reply
  if (recipients.length > 0) return replies.oneReport
  recipients.push({
    rcptTo,
    tenant: probeTenant,
    domain: probe.kind === 'drill' ? drillDomain : context.settings['site.host'],
    policy: defaultPolicy,
    dsn: { notify: ['never'], orcpt: null },
    probe,
    ...(probe.kind === 'out' && { outbound: defaultOutbound }),
  })
  return replies.recipientOk
}

/** Only bounces come there, and those have no sender: a person who answers is told that nobody reads it. */
function addNoticeBounce(
  session: Session,
  transaction: Transaction,
  recipient: Pick<SessionRecipient, 'rcptTo' | 'dsn' | 'notice'>,
): Reply {
  if (transaction.mailFrom === '') return addToHouse(session, transaction, recipient)
  const reply = replies.noticeAnswer(session.context.newId())
  session.refuse('rcpt', 'notice-answered', reply, { rcptTo: recipient.rcptTo, tenant: '' })
  return reply
}

/** Whose report it is shows in the report, and whose reply in its token; whoever sends it needs nobody's leave. */
function addToHouse(
  session: Session,
  transaction: Transaction,
  recipient: Pick<SessionRecipient, 'rcptTo' | 'dsn' | 'isDomainReport' | 'radar' | 'notice'>,
): Reply {
  const { admission, rates, newId, settings } = session.context
  const { rcptTo } = recipient
  const away = putOff(session, transaction)
  if (away) {
    session.refuse('rcpt', away.reason, away.reply, { rcptTo, tenant: '' })
    return away.reply
  }
  if (!rates.takeRecipient(session.client.ip, rcptTo)) {
    const reply = replies.tooFastRecipient(newId())
    session.refuse('rcpt', 'recipient-rate', reply, { rcptTo, tenant: '' })
    return reply
  }
  if (!admission.mayTake('')) {
    const reply = replies.tooFastTenant(newId())
    session.refuse('rcpt', 'tenant-rate', reply, { rcptTo, tenant: '' })
    return reply
  }
  transaction.recipients.push({
    ...recipient,
    tenant: '',
    domain: settings['site.host'],
    policy: defaultPolicy,
  })
  return replies.recipientOk
}

const notifyWords = ['never', 'success', 'failure', 'delay'] as const

function readDsn(parameters: ReadonlyMap<string, string>): DsnRequest | Reply {
  let notify: DsnRequest['notify'] = null
  let orcpt: string | null = null
  for (const [name, value] of parameters) {
    if (name === 'NOTIFY') {
      const words = value.toLowerCase().split(',')
      const known = notifyWords.filter((each) => words.includes(each))
      if (known.length !== words.length || (known.includes('never') && known.length > 1))
        return replies.badSyntax(usage)
      notify = known
    } else if (name === 'ORCPT') {
      orcpt = readOrcpt(value)
      if (orcpt === null) return replies.badSyntax(usage)
    } else return replies.unknownParameter(name)
  }
  return { notify, orcpt }
}

/** ORCPT in the ASCII form that every next hop takes; null: it has no type, no address, or is too long. */
function readOrcpt(value: string): string | null {
  const [, type = '', address = ''] = /^([A-Za-z0-9-]+);([^\x00-\x20]+)$/.exec(value) ?? []
  const plain = type.toLowerCase() === 'utf-8' ? toPlainUtf8Address(address) : toXtext(address)
  return address === '' || plain.length > 500 ? null : `${type};${plain}`
}
