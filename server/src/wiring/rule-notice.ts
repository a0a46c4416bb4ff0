import { laneName } from '#flow/spool/lane.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import { formatMailDate } from '#ground/mail/mail-date.ts'
import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { newId } from '#ground/platform/ids.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'

/** The mail that tells the owner of a rule that it is paused, and over which messages. */
export function composeRuleNotice(rule: KeptRule, tenant: string, config: Config, now: number): Acceptance {
  const id = newId(now)
  const host = config['site.host']
  const headerMessageId = `<${id}@${host}>`
  const from = config['site.postmaster'] || `postmaster@${host}`
  const subject = `Message rule ${rule.id} is paused`
  const bytes = Buffer.from(
    [
      `From: ${from}`,
      `To: ${rule.owner}`,
      `Subject: ${subject}`,
      `Date: ${formatMailDate(now)}`,
      `Message-ID: ${headerMessageId}`,
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      ...textOf(rule),
      '',
    ].join('\r\n'),
  )
  return {
    message: {
      id,
      node: config['node.name'],
      direction: 'own',
      mailFrom: '',
      client: { ip: '', port: 0, helo: host, protocol: 'LOCAL', tls: null },
      parameters: { body: '8BITMIME', smtputf8: false, ret: null, envid: null },
      size: bytes.length,
      receivedAt: now,
      subject,
      headerFrom: from,
      headerMessageId,
      state: 'decided',
      explanation: { verdict: 'clean', score: 0, findings: [], facts: { noticeOf: rule.id }, timings: {} },
      edits: [],
    },
    body: { kind: 'inline', bytes },
    deliveries: [
      {
        n: 0,
        rcptTo: rule.owner,
        dsn: { notify: ['never'], orcpt: null },
        tenant,
        lane: laneName({ direction: 'own', tenant, domain: domainOf(rule.owner), via: null }),
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

function textOf(rule: KeptRule): string[] {
  const name = toPrintable(rule.name, 200)
  const about = `the message rule ${name === '' ? rule.id : `"${name}" (${rule.id})`} of ${toPrintable(rule.scope, 320)} is paused: ${rule.paused?.why ?? 'it was too slow'}. Mail goes on without it.`
  const todo = `Make its patterns simpler and save it with "mailkeep rule change ${rule.id}", or switch it on again with "mailkeep rule enable ${rule.id}". Then "mailkeep rule rerun ${rule.id}" asks it about the messages that it missed.`
  const samples = rule.paused?.samples ?? []
  return [
    'Hello,',
    '',
    ...wrapWords(about, 72),
    '',
    `Messages that it was too slow for:`,
    ...samples.map((each) => `  ${each}`),
    '',
    ...wrapWords(todo, 72),
  ]
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}
