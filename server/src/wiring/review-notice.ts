import type { Acceptance } from '#flow/spool/message-store.ts'
import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { ReviewMail } from '#services/review/review-parts.ts'
import type { RequestLine } from '#services/review/review-store.ts'
import { htmlOf, textOf } from './notice-markup.ts'
import { composeOwnNotice, type OwnNotice } from './own-notice.ts'

/** Makes one of the mails that people get about mail of theirs in quarantine. It names no subject and no sender. */
export function composeReviewMail(
  mail: ReviewMail,
  config: Config,
  { pageUrl, fromName = '' }: { readonly pageUrl: string; readonly fromName?: string },
  now: number,
): Acceptance {
  if (mail.kind === 'outcome')
    return {
      ...composeOwnNotice({ ...outcomeNotice(mail.request), fromName }, config, now),
      review: { kind: 'told', request: mail.request.id },
    }
  const address = `${pageUrl.replace(/\/$/, '')}/review/link/${mail.secret}`
  const notice = mail.kind === 'review' ? reviewNotice(mail, address) : requestedNotice(mail, address)
  return {
    ...composeOwnNotice({ ...notice, fromName }, config, now),
    review: { kind: 'link', link: mail.link, dueAt: mail.kind === 'review' ? mail.dueAt : null },
  }
}

function reviewNotice(mail: Extract<ReviewMail, { kind: 'review' }>, address: string): OwnNotice {
  const { person, waiting, fresh, freed } = mail
  const count = waiting === 1 ? '1 message waits for you' : `${waiting} messages wait for you`
  const news = fresh === waiting || fresh === 0 ? '' : ` ${fresh} of them ${fresh === 1 ? 'is' : 'are'} new.`
  const words = [
    `${count} in quarantine.${news}`,
    ...(freed > 0 ? [correction(freed)] : []),
    'The button shows them, and you can have those that you want. It works three times within three days. Nothing happens before you press it.',
  ]
  return {
    to: person.address,
    tenant: person.tenant,
    subject: count,
    lines: textOf(words, 'Show my messages:', address),
    html: htmlOf(words, 'Show my messages', address),
    facts: { review: person.address },
    kind: 'auto-generated',
  }
}

/** What we did wrong, said plainly. */
function correction(freed: number): string {
  const what = freed === 1 ? 'One message that we had' : `${freed} messages that we had`
  const is = freed === 1 ? 'is' : 'are'
  return `A correction: ${what} set aside ${is} fine. That was our mistake; ${freed === 1 ? 'it has' : 'they have'} been delivered to you, and there is nothing for you to do.`
}

function requestedNotice({ person }: Extract<ReviewMail, { kind: 'requested' }>, address: string): OwnNotice {
  const words = [
    'Somebody, you we hope, has asked to see your messages in quarantine. The page that asked shows a code of six digits; the link asks for it. The link works once, for 15 minutes.',
    'If it was not you, there is nothing to do: without the code nobody comes in.',
  ]
  return {
    to: person.address,
    tenant: person.tenant,
    subject: 'Your link to your messages in quarantine',
    lines: textOf(words, 'Go on:', address),
    html: htmlOf(words, 'Go on', address),
    facts: { reviewLink: person.address },
    kind: 'auto-generated',
  }
}

function outcomeNotice(request: RequestLine): OwnNotice {
  const { person, tenant, note, id } = request
  // It lies there again: what was found when it was scanned once more has stopped it.
  const state =
    request.state === 'approved' && request.mailState === 'quarantined' ? 'stopped' : request.state
  const words = {
    approved: 'the message that you asked for has been released and is on its way to you.',
    stopped:
      'the message that you asked for was released, and stopped before it left: it was scanned once more, and something dangerous was found in it. It stays in quarantine.',
    denied: 'the message that you asked for was looked at, and it stays in quarantine.',
    gone: 'the message that you asked for is in quarantine no more: it was deleted, or its time was over.',
    open: '',
  }[state]
  const subjects = {
    approved: 'The message that you asked for is on its way',
    stopped: 'The message that you asked for stays in quarantine',
    denied: 'The message that you asked for stays in quarantine',
    gone: 'The message that you asked for is gone',
    open: '',
  }
  const said = note === '' ? [] : ['', ...wrapWords(toPrintable(note, 1000), 72)]
  return {
    to: person,
    tenant,
    subject: subjects[state],
    lines: ['Hello,', '', ...wrapWords(words, 72), ...said, '', `Request: ${id}`],
    facts: { releaseRequest: id },
    kind: 'auto-generated',
  }
}
