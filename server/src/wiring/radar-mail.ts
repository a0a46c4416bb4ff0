import { laneName } from '#flow/spool/lane.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import { formatMailDate } from '#ground/mail/mail-date.ts'
import { radarAddress } from '#ground/mail/radar-address.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { newId } from '#ground/platform/ids.ts'
import type { RadarMail } from '#services/radar/radar-parts.ts'

/**
 * A test mail. It is no notice: it comes from an address that can be answered, so that programs that answer by
 * themselves do, and it says who asked for it and how to get no more.
 */
export function composeRadarMail(
  mail: RadarMail,
  config: Config,
  { stopLink, lifeMs }: { readonly stopLink: string; readonly lifeMs: number },
  now: number,
): Acceptance {
  const { to, tenant, token, kind } = mail
  const id = newId(now)
  const host = config['site.host']
  const from = radarAddress(token, host)
  const subject = kind === 'test' ? 'Test of your mail: please reply' : 'Round trip of your mail'
  const domain = to.slice(to.lastIndexOf('@') + 1).toLowerCase()
  const bytes = Buffer.from(
    [
      `From: Mail test <${from}>`,
      `To: ${to}`,
      `Subject: ${subject}`,
      `Date: ${formatMailDate(now)}`,
      `Message-ID: <${id}@${host}>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      ...(stopLink === '' ? [] : [`List-Unsubscribe: <${stopLink}>`]),
      '',
      ...linesOf(mail, host, stopLink),
      '',
    ].join('\r\n'),
  )
  return {
    message: {
      ...{ id, node: config['node.name'], direction: 'own', mailFrom: from },
      client: { ip: '', port: 0, helo: host, protocol: 'LOCAL', tls: null },
      parameters: { body: '8BITMIME', smtputf8: false, ret: null, envid: null },
      ...{ size: bytes.length, receivedAt: now, subject, headerFrom: from },
      headerMessageId: `<${id}@${host}>`,
      state: 'decided',
      explanation: { verdict: 'clean', score: 0, findings: [], facts: { radar: kind }, timings: {} },
      edits: [],
    },
    body: { kind: 'inline', bytes },
    deliveries: [
      {
        ...{ n: 0, rcptTo: to, tenant },
        // What becomes of it is seen in the ledger: nobody is told of it by mail.
        dsn: { notify: ['never'], orcpt: null },
        lane: laneName({
          ...{ direction: 'own', tenant, domain },
          // Names of strangers may lead inside: only servers on the internet get it.
          via: mail.isOutside ? `mx:${domain}?reach=outside` : null,
        }),
        ...{ state: 'waiting', reason: 'just-accepted', dueAt: now, noticeAt: null },
        expiresAt: now + lifeMs,
      },
    ],
    lease: null,
  }
}

function linesOf({ kind }: RadarMail, host: string, stopLink: string): string[] {
  const stop = stopLink === '' ? [] : ['', 'You want no such mails? This page stops them for good:', stopLink]
  if (kind === 'trip')
    return [
      `${host} sends this mail again and again to see whether mail gets to your mailbox and back,`,
      'since somebody who looks after your mail has asked for it. It is to be answered by a program.',
      ...stop,
    ]
  return [
    'Somebody who looks after mail tests how mail gets to you and what comes back.',
    '',
    'Please reply to this mail; one word is enough. Your reply is read by a program only: it looks at the way that',
    'it came and how it is signed, and keeps nothing of what you write.',
    ...stop,
  ]
}
