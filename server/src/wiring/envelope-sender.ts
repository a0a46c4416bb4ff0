import type { Job } from '#flow/delivery/delivery-store.ts'
import { maySign, signSender } from '#ground/mail/signed-sender.ts'
import { SenderKeys } from '#ground/platform/sender-keys.ts'
import type { Base } from './base.ts'

interface Parts {
  /** How long mail to the world is tried. */
  readonly lifeMs: number
  readonly now: () => number
}

/**
 * Signs the envelope sender of mail to the world where the policy of its sender says so and he is somebody here, so that
 * its bounces can come back. What cannot be signed leaves as it is: mail is more than its bounce.
 */
export function createEnvelopeSender({
  folder,
  snapshot,
  log,
  lifeMs,
  now,
}: Pick<Base, 'folder' | 'snapshot' | 'log'> & Parts): (job: Job) => string {
  const keys = new SenderKeys(folder)
  return (job) => {
    const { direction, mailFrom } = job.message
    if (direction !== 'outbound' || !maySign(mailFrom)) return mailFrom
    if (snapshot.outboundPolicyOf(mailFrom).signed === undefined) return mailFrom
    const at = mailFrom.lastIndexOf('@')
    if (snapshot.lookup(mailFrom.slice(0, at), mailFrom.slice(at + 1)).kind !== 'known') return mailFrom
    try {
      const from = Math.min(letGoAt(job, lifeMs), now())
      return signSender(mailFrom, keys.at(from), from)
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'a sender could not be signed')
      return mailFrom
    }
  }
}

/**
 * When mail was last let go: what was held or quarantined for weeks begins its life anew when it is released, and its
 * bounces come after that. The same for all tries of a life.
 */
function letGoAt({ message, recipients }: Job, lifeMs: number): number {
  return Math.max(message.receivedAt, ...recipients.map((each) => each.expiresAt - lifeMs))
}
