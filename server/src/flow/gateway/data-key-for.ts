import { newDataKey } from '#ground/platform/sealed-content.ts'
import type { Session } from './session.ts'
import { senderOf, type Transaction } from './session-state.ts'

/**
 * The key that a message is encrypted with wherever it is written; null: nobody asks for it. One of its recipients is
 * enough, or its sender where he is one of ours: there is one content for all of them.
 */
export function dataKeyFor(
  { context }: Pick<Session, 'context'>,
  transaction: Transaction,
): Uint8Array | null {
  const { recipients, mailFrom } = transaction
  const isAsked =
    recipients.some((each) => each.policy.encrypts) ||
    (senderOf(transaction) !== null &&
      mailFrom !== '' &&
      context.senders.outboundPolicyOf(mailFrom).policy.encrypts === true)
  return isAsked ? newDataKey() : null
}
