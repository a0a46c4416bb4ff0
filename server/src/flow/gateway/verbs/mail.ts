import type { MailParameters } from '#flow/spool/message.ts'
import { parseMailbox } from '#ground/mail/address.ts'
import { toXtext } from '#ground/mail/smtp-text.ts'
import type { Stopped } from '../admission.ts'
import { findSender } from '../find-sender.ts'
import { type Reply, replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { parsePath } from './path.ts'
import type { Verb } from './verb.ts'

const usage = 'MAIL FROM:<address> [SIZE=n] [BODY=7BIT|8BITMIME] [SMTPUTF8] [RET=FULL|HDRS] [ENVID=id]'

/** MAIL: opens a transaction (RFC 5321, 4.1.1.2). */
export const mail: Verb = {
  name: 'MAIL',
  endsGroup: false,
  run(session, argument) {
    if (session.client.helo === '') return replies.badSequence('EHLO')
    if (session.transaction !== null) return replies.nestedMail
    const path = parsePath('FROM', argument)
    if (path === null) return replies.badSyntax(usage)
    const read = readParameters(path.parameters)
    if ('code' in read) return read
    const address = path.address
    if (address !== '' && parseMailbox(address, { smtputf8: read.parameters.smtputf8 }) === null) {
      return /[^\x00-\x7f]/.test(address) && !read.parameters.smtputf8 ? replies.needsUtf8 : replies.badSender
    }
    const found = findSender(session, address)
    if (found.kind === 'refused') {
      session.refuse('mail', found.reason, found.reply, { mailFrom: address })
      return found.reply
    }
    const id = session.context.newId()
    const stopped = session.context.admission.mayAccept(read.size)
    const refused = mayOpen(session, id, address, { size: read.size, stopped })
    if (refused) {
      session.refuse('mail', refused.reason, refused.reply, { mailFrom: address })
      return refused.reply
    }
    session.transaction = {
      id,
      mailFrom: address,
      sender: found.sender,
      parameters: read.parameters,
      declaredSize: read.size,
      ...(stopped && stopped !== 'overloaded' && { putOff: stopped }),
      recipients: [],
      body: null,
      chunked: false,
    }
    return replies.senderOk
  },
}

/**
 * Looks whether a new message is welcome at all: limits of the session, of rates, and of this node. Where this node can
 * store nothing its recipients hear it (see rcpt.ts): then it is known whom the mail was for, and who is nobody hears so.
 */
function mayOpen(
  session: Session,
  id: string,
  mailFrom: string,
  { size, stopped }: { readonly size: number; readonly stopped: Stopped },
): { reason: string; reply: Reply } | null {
  const { settings, rates } = session.context
  if (session.messages >= settings['gateway.maxTransactions'])
    return { reason: 'too-many-messages', reply: replies.tooManyMessages }
  const most = settings['gateway.maxMessage']
  if (size > most) return { reason: 'too-large', reply: replies.tooLarge(id, most) }
  if (stopped === 'overloaded') return { reason: stopped, reply: replies.overloaded }
  if (!rates.takeClient(session.client.ip)) return { reason: 'client-rate', reply: replies.tooFastClient(id) }
  if (mailFrom !== '' && !rates.takeSender(session.client.ip, mailFrom))
    return { reason: 'sender-rate', reply: replies.tooFastSender(id) }
  return null
}

function readParameters(
  parameters: ReadonlyMap<string, string>,
): { parameters: MailParameters; size: number } | Reply {
  let size = 0
  let body: MailParameters['body'] = '7BIT'
  let ret: MailParameters['ret'] = null
  let envid: string | null = null
  let smtputf8 = false
  for (const [name, value] of parameters) {
    if (name === 'SIZE' && /^\d{1,20}$/.test(value)) size = Number(value)
    else if (name === 'BODY' && /^(7BIT|8BITMIME)$/i.test(value))
      body = value.toUpperCase() as MailParameters['body']
    else if (name === 'RET' && /^(FULL|HDRS)$/i.test(value)) ret = value.toUpperCase() as 'FULL' | 'HDRS'
    else if (name === 'ENVID' && isEnvelopeId(value)) envid = toXtext(value)
    else if (name === 'SMTPUTF8' && value === '') smtputf8 = true
    // RFC 4954, 5: who wrote it first, as the client says; nothing is believed of it.
    else if (name === 'AUTH') continue
    else
      return ['SIZE', 'BODY', 'RET', 'ENVID', 'SMTPUTF8'].includes(name)
        ? replies.badSyntax(usage)
        : replies.unknownParameter(name)
  }
  return { parameters: { body, smtputf8, ret, envid }, size }
}

function isEnvelopeId(value: string): boolean {
  return /^[\x21-\x7e]+$/.test(value) && toXtext(value).length <= 100
}
