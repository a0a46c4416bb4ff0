import type { DomainSigner } from '#flow/inspection/domain-signer.ts'
import { laneName } from '#flow/spool/lane.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import { domainPart } from '#ground/mail/address.ts'
import { formatMailDate } from '#ground/mail/mail-date.ts'
import { withName } from '#ground/mail/named-address.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { newId } from '#ground/platform/ids.ts'
import { signOwnMail } from './sign-own-mail.ts'

/** A mail that we write to somebody by ourselves. */
export interface OwnNotice {
  /** Of the message; none: a new one. */
  readonly id?: string
  readonly to: string
  /** Envelope sender, which bounces come to; none: nothing ever answers it. */
  readonly mailFrom?: string
  readonly tenant: string
  /** Printable, on one line. */
  readonly subject: string
  readonly lines: readonly string[]
  /** Name beside the address that it comes from; none: the address alone. */
  readonly fromName?: string
  /** More lines of its header, printable ASCII. */
  readonly headers?: readonly string[]
  /** Keys of the domain that it is from, where it is to be signed. */
  readonly signers?: readonly DomainSigner[]
  /** The same as HTML, for those who see it; markup that may go out as it is. */
  readonly html?: string
  /** What it is about, for the trace. */
  readonly facts: Readonly<Record<string, unknown>>
  /** RFC 3834: `auto-replied` where it answers a mail. */
  readonly kind: 'auto-generated' | 'auto-replied'
}

/** Makes it ready for the spool: with an empty envelope sender where none is named, so that nothing ever answers it. */
export function composeOwnNotice(notice: OwnNotice, config: Config, now: number): Acceptance {
  const { to, tenant, subject, facts, kind } = notice
  const id = notice.id ?? newId(now)
  const host = config['site.host']
  const headerMessageId = `<${id}@${host}>`
  const from = withName(notice.fromName ?? '', config['site.postmaster'] || `postmaster@${host}`)
  const unsigned = Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      `Subject: ${subject}`,
      `Date: ${formatMailDate(now)}`,
      `Message-ID: ${headerMessageId}`,
      `Auto-Submitted: ${kind}`,
      ...(notice.headers ?? []),
      'MIME-Version: 1.0',
      ...contentOf(notice, id),
    ].join('\r\n'),
  )
  const bytes = notice.signers ? signOwnMail(unsigned, notice.signers, now) : unsigned
  return {
    message: {
      id,
      node: config['node.name'],
      direction: 'own',
      mailFrom: notice.mailFrom ?? '',
      client: { ip: '', port: 0, helo: host, protocol: 'LOCAL', tls: null },
      parameters: { body: '8BITMIME', smtputf8: /[^\x00-\x7f]/.test(to), ret: null, envid: null },
      size: bytes.length,
      receivedAt: now,
      subject,
      headerFrom: from,
      headerMessageId,
      state: 'decided',
      explanation: { verdict: 'clean', score: 0, findings: [], facts, timings: {} },
      edits: [],
    },
    body: { kind: 'inline', bytes },
    deliveries: [
      {
        n: 0,
        rcptTo: to,
        dsn: { notify: [notice.mailFrom ? 'failure' : 'never'], orcpt: null },
        tenant,
        lane: laneName({ direction: 'own', tenant, domain: domainPart(to), via: null }),
        state: 'waiting',
        reason: 'just-accepted',
        dueAt: now,
        expiresAt: now + config['delivery.expiryOwn'],
        noticeAt: null,
      },
    ],
    lease: null,
  }
}

const plainText = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '']

function contentOf({ lines, html }: OwnNotice, id: string): string[] {
  if (html === undefined) return [...plainText, ...lines, '']
  const boundary = `=_${id}`
  return [
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...plainText,
    ...lines,
    '',
    `--${boundary}`,
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...html.split('\n'),
    '',
    `--${boundary}--`,
    '',
  ]
}
