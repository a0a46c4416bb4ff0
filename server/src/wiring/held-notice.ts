import type { HeldNote } from '#flow/spool/held-note.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { hashSecret } from '#services/access/secret.ts'
import { codeTerms } from '#services/held/decide-held.ts'
import type { HeldMail, NoticedMessage } from '#services/held/held-parts.ts'
import { whyHeld } from '#services/held/why-held.ts'
import { buttonOf, mailOf, paragraphOf, toMarkup } from './notice-markup.ts'
import { composeOwnNotice, type OwnNotice } from './own-notice.ts'

interface Look {
  /** Address of the pages; empty: people cannot reach them. */
  readonly pageUrl: string
  readonly fromName: string
}

/**
 * Makes one of the mails that people get about mail of theirs that is held before it leaves. It names subject and
 * recipients of the message, which its own sender has written; its content stays here.
 */
export function composeHeldMail(mail: HeldMail, config: Config, look: Look, now: number): Acceptance {
  return {
    ...composeOwnNotice({ ...noticeOf(mail, look), fromName: look.fromName }, config, now),
    held: noteOf(mail, now),
  }
}

function noteOf(mail: HeldMail, now: number): HeldNote {
  if (mail.kind === 'code') {
    const { codeHash, line } = mail
    const until = now + codeTerms.lifeMs
    return { kind: 'code', messageId: line.messageId, codeHash, until, tries: codeTerms.tries }
  }
  const messages = mail.messages.map(({ line, secret }) => ({
    messageId: line.messageId,
    linkHash: secret === null ? null : hashSecret(secret),
  }))
  return { kind: mail.kind, messages }
}

function noticeOf(mail: HeldMail, look: Look): OwnNotice {
  switch (mail.kind) {
    case 'code':
      return codeNotice(mail)
    case 'corrected':
      return correctedNotice(mail)
    default:
      return heldNotice(mail, look)
  }
}

const most = 3

/** To whom a message was to go. */
function recipientsOf({ line }: NoticedMessage): string {
  const named = line.recipients.slice(0, most).map((each) => toPrintable(each, 100))
  const more = line.deliveries - named.length
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ')
}

function subjectOf({ line }: NoticedMessage): string {
  return line.subject === '' ? '(no subject)' : toPrintable(line.subject, 150)
}

function headOf({ kind, messages }: Extract<HeldMail, { kind: 'told' | 'warned' }>): string {
  const what = messages.length === 1 ? 'A message' : `${messages.length} messages`
  return kind === 'told'
    ? `${what} that you sent ${messages.length === 1 ? 'is' : 'are'} held, and not sent yet`
    : `${what} of yours ${messages.length === 1 ? 'goes' : 'go'} back to you soon`
}

function heldNotice(mail: Extract<HeldMail, { kind: 'told' | 'warned' }>, { pageUrl }: Look): OwnNotice {
  const { to, tenant, messages, returnsAt, mayDecide } = mail
  const head = headOf(mail)
  const hasPage = pageUrl !== ''
  const until = new Date(returnsAt).toISOString().slice(0, 10)
  const intro =
    mail.kind === 'told'
      ? `${head}. Nobody has got ${messages.length === 1 ? 'it' : 'them'} so far.`
      : `${head}: nobody has decided about what you sent, and its time is over on ${until}.`
  const todo = !hasPage
    ? 'Please ask the administrators of your organisation.'
    : mayDecide
      ? 'The button shows the message; there you send it all the same, or take it back. Nothing happens before you press a button there.'
      : 'The button shows the message; there you can take it back. Only the administrators of your organisation can send it.'
  const end = `What nobody decides about goes back to you on ${until}. If you did not write this, somebody else uses your mailbox: tell your administrators.`
  const linkOf = ({ secret }: NoticedMessage) =>
    !hasPage || secret === null ? null : `${pageUrl.replace(/\/$/, '')}/held/${secret}`
  return {
    to,
    tenant,
    subject: head,
    lines: [
      'Hello,',
      '',
      ...wrapWords(intro, 72),
      '',
      ...messages.flatMap((each) => [...linesOf(each), ...linkLines(linkOf(each)), '']),
      ...wrapWords(todo, 72),
      '',
      ...wrapWords(end, 72),
    ],
    html: mailOf(head, [
      paragraphOf(intro, true),
      ...messages.map((each) => blockOf(each, linkOf(each))),
      paragraphOf(todo),
      paragraphOf(end),
    ]),
    facts: { held: messages.map(({ line }) => line.messageId) },
    kind: 'auto-generated',
  }
}

function linkLines(link: string | null): string[] {
  return link === null ? [] : ['', `  ${link}`]
}

function linesOf(message: NoticedMessage): string[] {
  const indent = (text: string) => wrapWords(text, 70).map((line) => `  ${line}`)
  return [
    ...indent(`Subject: ${subjectOf(message)}`),
    ...indent(`To: ${recipientsOf(message)}`),
    ...indent(`Why: ${toPrintable(whyHeld(message.line), 400)}`),
  ]
}

function blockOf(message: NoticedMessage, link: string | null): string {
  const text = [
    `<strong>${toMarkup(subjectOf(message))}</strong>`,
    `To: ${toMarkup(recipientsOf(message))}`,
    `Why: ${toMarkup(toPrintable(whyHeld(message.line), 400))}`,
  ].join('<br>\n')
  return `<p style="margin:0 0 12px">${text}</p>${link === null ? '' : `\n${buttonOf('Look at it and decide', link)}`}`
}

function correctedNotice({ to, tenant, messages }: Extract<HeldMail, { kind: 'corrected' }>): OwnNotice {
  const one = messages.length === 1
  const head = one
    ? 'A correction: your message has been sent'
    : `A correction: ${messages.length} messages of yours have been sent`
  const words = `We told you that ${one ? 'this message is' : 'these messages are'} held. That was our mistake: there was nothing wrong with ${one ? 'it' : 'them'}. ${one ? 'It has' : 'They have'} been sent, once, to everybody it was meant for, and there is nothing for you to do.`
  return {
    to,
    tenant,
    subject: head,
    lines: [
      'Hello,',
      '',
      ...wrapWords(words, 72),
      '',
      ...messages.flatMap((each) => [
        `  Subject: ${subjectOf(each)}`,
        ...wrapWords(`To: ${recipientsOf(each)}`, 70).map((line) => `  ${line}`),
        '',
      ]),
    ],
    facts: { heldByMistake: messages.map(({ line }) => line.messageId) },
    kind: 'auto-generated',
  }
}

function codeNotice({ line, code }: Extract<HeldMail, { kind: 'code' }>): OwnNotice {
  const message = { line, secret: null }
  const words = `Somebody, you we hope, wants to send the message "${subjectOf(message)}" all the same. The page that asked for it takes this code, for 15 minutes:`
  return {
    to: line.sender,
    tenant: line.tenant,
    subject: `Your code: ${code}`,
    lines: [
      'Hello,',
      '',
      ...wrapWords(words, 72),
      '',
      `  ${code}`,
      '',
      ...wrapWords('If it was not you, tell your administrators. Without the code nothing is sent.', 72),
    ],
    facts: { heldCode: line.messageId },
    kind: 'auto-generated',
  }
}
