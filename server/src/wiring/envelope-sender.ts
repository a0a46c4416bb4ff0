import type { Job } from '#flow/delivery/delivery-store.ts'
import { maySign, signSender } from '#ground/mail/signed-sender.ts'
import { SenderKeys } from '#ground/platform/sender-keys.ts'
import type { Base } from './base.ts'

/**
 * Signs the envelope sender of mail to the world where the policy of its sender says so and he is somebody here, so that
 * its bounces can come back. What cannot be signed leaves as it is: mail is more than its bounce.
 */
export function createEnvelopeSender({
  folder,
  snapshot,
  log,
}: Pick<Base, 'folder' | 'snapshot' | 'log'>): (message: Job['message']) => string {
  const keys = new SenderKeys(folder)
  return ({ direction, mailFrom, receivedAt }) => {
    if (direction !== 'outbound' || !maySign(mailFrom)) return mailFrom
    if (snapshot.outboundPolicyOf(mailFrom).signed === undefined) return mailFrom
    const at = mailFrom.lastIndexOf('@')
    if (snapshot.lookup(mailFrom.slice(0, at), mailFrom.slice(at + 1)).kind !== 'known') return mailFrom
    try {
      return signSender(mailFrom, keys.at(receivedAt), receivedAt)
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'a sender could not be signed')
      return mailFrom
    }
  }
}
