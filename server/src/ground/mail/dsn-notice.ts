import type { DsnKind, DsnRecipient, DsnRequest } from './dsn.ts'
import { explainStatus } from './dsn-reasons.ts'
import { fieldValue, findField, parseHeader } from './header.ts'
import { decodeHeaderText } from './header-text.ts'
import { formatMailDate } from './mail-date.ts'
import { toPrintable, wrapWords } from './printable-text.ts'

const width = 72

const openings: Readonly<Record<DsnKind, string>> = {
  failed: 'we are sorry: your message could not be delivered to everybody. It did not reach:',
  delayed:
    'your message is on its way, but could not be delivered yet. We keep trying, and you need not send it again. It still waits for:',
  delivered: 'your message was delivered to:',
  relayed:
    'your message was passed on. The server it went to does not report back, so there will be no further notice. It was meant for:',
  recovered:
    'a notice of ours told you that your message could not be delivered. We have sent it again, and it has arrived after all: there is nothing left for you to do. It has reached:',
}

/** The words for people, as lines that end with LF. */
export function composeNotice(request: DsnRequest, wholeAttached: boolean): string {
  const lines = ['Hello,', '', ...wrapWords(openings[request.kind], width), '']
  for (const recipient of request.recipients) lines.push(...describeRecipient(recipient), '')
  lines.push('Your message:', ...describeMessage(request), '')
  lines.push(...wrapWords(closing(request, wholeAttached), width), '')
  return lines.join('\n')
}

function describeRecipient(recipient: DsnRecipient): string[] {
  const { remoteHost, diagnostic, willRetryUntil } = recipient
  const lines = [`  ${toPrintable(recipient.address, 400)}`]
  const say = (text: string) => lines.push(...wrapWords(text, width - 4).map((line) => `    ${line}`))
  const reason = recipient.known ?? explainStatus(recipient)
  if (reason) say(reason.why)
  if (reason && diagnostic !== null) {
    say(
      remoteHost === null
        ? 'What happened, word for word:'
        : `The answer of ${toPrintable(remoteHost, 255)}, word for word:`,
    )
    lines.push(...wrapWords(toPrintable(diagnostic, 4000), width - 6).map((line) => `      ${line}`))
  }
  if (recipient.nextTry) say(`The next try is at ${formatMailDate(recipient.nextTry)}.`)
  if (willRetryUntil !== null)
    say(
      `We try again until ${formatMailDate(willRetryUntil)}. If it still fails then, you will hear from us.`,
    )
  if (reason?.advice) say(`What you can do: ${reason.advice}`)
  return lines
}

function describeMessage(request: DsnRequest): string[] {
  const { fields } = parseHeader(request.original.header)
  const lines: string[] = []
  for (const [label, name] of [
    ['Subject', 'subject'],
    ['To', 'to'],
    ['Date', 'date'],
  ] as const) {
    const field = findField(fields, name)
    const value = field ? toPrintable(decodeHeaderText(fieldValue(field), 1000), 200) : ''
    if (value !== '') lines.push(...wrapWords(`${label}: ${value}`, width - 4).map((line) => `  ${line}`))
  }
  if (request.arrivalDate !== null) lines.push(`  Received here: ${formatMailDate(request.arrivalDate)}`)
  return lines
}

function closing(request: DsnRequest, wholeAttached: boolean): string {
  const attached = wholeAttached ? 'The message is attached.' : 'The header of the message is attached.'
  const host = toPrintable(request.reportingHost, 255)
  return `${attached} This notice was written by the mail system at ${host}. If you need help, ask ${toPrintable(request.postmaster, 320)}.`
}
