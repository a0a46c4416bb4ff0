import type { Finding } from '#flow/inspection/check.ts'
import { fieldValue, findField, type HeaderField } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import { parseMailDate } from '#ground/mail/mail-date.ts'
import { parseReceived } from '#ground/mail/received.ts'

const day = 86_400_000

/** Signs in the header that a program made it up which is not the one it names. Nothing here is proof by itself. */
export function findHeaderSigns(header: readonly HeaderField[]): Finding[] {
  return [
    findOddDate(header),
    findOddMessageId(header),
    findFalseMailer(header),
    findFalseReceived(header),
    findNoRecipient(header),
    findFalseProvider(header),
    findOddSubject(header),
  ].filter((each) => each !== null)
}

/** The date is compared with that of the newest server, so that mail which is looked at later is no oddity. */
function findOddDate(header: readonly HeaderField[]): Finding | null {
  const received = findField(header, 'received')
  const dateField = findField(header, 'date')
  if (!received || !dateField) return null
  const arrived = parseReceived(received).time
  const written = parseMailDate(fieldValue(dateField))
  if (arrived === null) return null
  if (written === null)
    return sign('odd-date', 40, 'The date cannot be read.', { date: fieldValue(dateField).slice(0, 80) })
  const days = (written - arrived) / day
  if (days > 1.5) return sign('odd-date', 70, 'The date lies in the future.', { days: Math.round(days) })
  if (days < -60)
    return sign('odd-date', 40, 'The date lies months before the message arrived.', {
      days: Math.round(days),
    })
  return null
}

function findOddMessageId(header: readonly HeaderField[]): Finding | null {
  const field = findField(header, 'message-id')
  if (!field) return null
  const value = fieldValue(field)
  if (/^<[^<>@\s]{1,300}@[^<>@\s]{1,300}>/.test(value)) return null
  return sign('odd-message-id', 40, 'The Message-ID is none that a mail program makes.', {
    value: value.slice(0, 100),
  })
}

/** Outlook Express gives every message an id of three groups of figures; programs that pose as it often do not. */
function findFalseMailer(header: readonly HeaderField[]): Finding | null {
  const mailer = textOf(header, 'x-mailer')
  if (!/^Microsoft Outlook Express \d/.test(mailer)) return null
  const id = textOf(header, 'message-id')
  if (/^<[0-9a-f]{12}\$[0-9a-f]{8}\$[0-9a-f]{8}@/i.test(id) || findField(header, 'list-id') || id === '')
    return null
  // Servers of some providers replace the id; they leave MimeOLE alone.
  return sign(
    'false-mailer',
    findField(header, 'x-mimeole') ? 30 : 80,
    'The message says it was written with a program that writes other headers.',
    {
      mailer: mailer.slice(0, 80),
    },
  )
}

const maxReceived = 30

function findFalseReceived(header: readonly HeaderField[]): Finding | null {
  const fields = header.filter((each) => each.name === 'received').slice(0, maxReceived)
  for (const field of fields) {
    const address = /\[(\d{1,4})\.(\d{1,4})\.(\d{1,4})\.(\d{1,4})\]/.exec(field.raw.slice(0, 2000))
    if (address?.slice(1).some((each) => Number(each) > 255))
      return sign('false-received', 100, 'A server is named that cannot exist.', { address: address[0] })
  }
  return null
}

function findNoRecipient(header: readonly HeaderField[]): Finding | null {
  const to = textOf(header, 'to')
  if (to !== '' && !/^"?undisclosed[- ]recipients/i.test(to) && /@|:/.test(to)) return null
  if (textOf(header, 'cc') !== '') return null
  return sign('no-recipient', 15, 'The header names nobody whom the message is for.', { to: to.slice(0, 80) })
}

/** Providers whose servers write their name into every message, by the words that prove it. */
const providers: readonly { readonly address: RegExp; readonly mark: RegExp }[] = [
  { address: /@(?:[a-z]{2,5}\.)?yahoo\.[a-z.]{2,6}>?$/i, mark: /yahoo|ymail/i },
  {
    address: /@(?:hotmail|msn|live|outlook)\.[a-z.]{2,6}>?$/i,
    mark: /hotmail|msn\.|outlook|microsoft|live\.|office365/i,
  },
  { address: /@(?:gmail|googlemail)\.com>?$/i, mark: /google|gmail/i },
  { address: /@aol\.com>?$/i, mark: /aol\.|yahoo/i },
]

/** The sender has an address of a large provider, and no server of it has seen the message. */
function findFalseProvider(header: readonly HeaderField[]): Finding | null {
  const from = textOf(header, 'from').slice(-300).trim()
  const provider = providers.find(({ address }) => address.test(from))
  if (
    !provider ||
    !findField(header, 'received') ||
    findField(header, 'list-id') ||
    findField(header, 'mailing-list')
  )
    return null
  const path = header
    .filter(({ name }) => name === 'received' || name === 'message-id' || name === 'dkim-signature')
    .slice(0, maxReceived)
  if (path.some(({ raw }) => provider.mark.test(raw.slice(0, 4000)))) return null
  return sign(
    'false-provider',
    60,
    'The sender has an address of a large provider, and the message has not passed its servers.',
    { from: from.slice(-80) },
  )
}

/** Words spaced out, a tail that differs from copy to copy, the mark of advertising. */
function findOddSubject(header: readonly HeaderField[]): Finding | null {
  const subject = decodeHeaderText(textOf(header, 'subject').slice(0, 2000)).slice(0, 500)
  const trick =
    (/\S {6,}\S/.test(subject) && 'a gap') ||
    (/(?:^|\s)(?:\p{L}[ .\-_*]){5,}\p{L}(?:\s|$)/u.test(subject) && 'letters spaced out') ||
    (/^\W{0,3}adv\s?[:.]/i.test(subject) && 'the mark of advertising') ||
    (/[!?$]{3,}/.test(subject) && 'rows of signs')
  return trick
    ? sign('odd-subject', trick === 'rows of signs' ? 20 : 50, `The subject has ${trick}.`, {
        subject: subject.slice(0, 120),
      })
    : null
}

/** Every code of a sign, and the one that the frame gives where this check fails. */
const signCodes = [
  'odd-date',
  'odd-message-id',
  'false-mailer',
  'false-provider',
  'false-received',
  'no-recipient',
  'odd-subject',
  'content-unavailable',
] as const

type SignCode = Exclude<(typeof signCodes)[number], 'content-unavailable'>

function sign(code: SignCode, weight: number, text: string, evidence: Record<string, unknown>): Finding {
  return { check: 'content', code, weight, kind: 'spam', text, evidence }
}

function textOf(header: readonly HeaderField[], name: string): string {
  const field = findField(header, name)
  return field ? fieldValue(field) : ''
}
