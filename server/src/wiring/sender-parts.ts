import { readOutboundPolicy } from '#flow/gateway/outbound-policy.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import { wrapWords } from '#ground/mail/printable-text.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { SenderMail, SenderParts } from '#services/senders/attend-to-senders.ts'
import type { Base } from './base.ts'
import { fromNameOf } from './brand-look.ts'
import { composeOwnNotice } from './own-notice.ts'

/** Joins services/senders to the spool, which its mails go through, and to settings as they are now. */
export function createSenderParts({ stores, spool, snapshot, config, brands, alarms }: Base): SenderParts {
  return {
    senders: stores.senders,
    readSenders: stores.readSenders,
    async send(mail) {
      const fromName = await fromNameOf(brands, mail.tenant)
      await spool.accept(composeSenderMail(mail, fromName, config, Date.now()))
    },
    alarms,
    now: () => Date.now(),
    limits: () => ({ advice: config['submission.adviceRecipients'], keepMs: config['spool.keepHeld'] }),
    suddenOf: (sender) => readOutboundPolicy(snapshot.settingsOf(sender)).sudden,
  }
}

function composeSenderMail(mail: SenderMail, fromName: string, config: Config, now: number): Acceptance {
  const { sender, tenant, recipients, kind } = mail
  const [subject, words] =
    kind === 'much'
      ? [
          'You are sending to many people',
          `within an hour you have written to ${recipients} recipients; each To, Cc and Bcc counts. Nothing is stopped. Is it a list, your administrators can let it have its own limits. If you did not send it, somebody else has your password: tell them at once.`,
        ]
      : [
          'Sending by your mailbox is suspended',
          `your mailbox sends as stolen ones do: far more, or to others, than ever before. Nothing more is taken from it until your administrators have looked, who know of it; ${recipients} of its deliveries are held. If it was you, tell them. If not, somebody else has your password: change it.`,
        ]
  const notice = {
    ...{ to: sender, tenant, subject, fromName },
    lines: ['Hello,', '', ...wrapWords(words, 72)],
    facts: { sending: kind },
    kind: 'auto-generated',
  } as const
  return composeOwnNotice(notice, config, now)
}
