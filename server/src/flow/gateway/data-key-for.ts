import type { NewContentKey } from '#ground/platform/sealed-content.ts'
import { type Reply, replies } from './replies.ts'
import type { Session } from './session.ts'
import { senderOf, type Transaction } from './session-state.ts'

/**
 * The key that a message is encrypted with wherever it is written; null: nobody asks for it. One of its recipients is
 * enough, or its sender where he is one of ours: there is one content for all of them. Where no key can be had the
 * refusal is noted, and its reply is the answer: before anything is taken, so that other mail is written as ever.
 */
export function dataKeyFor(
  session: Pick<Session, 'context' | 'refuse'>,
  transaction: Transaction,
): { readonly key: NewContentKey | null } | { readonly refused: Reply } {
  const { context } = session
  const { recipients, mailFrom } = transaction
  const isAsked =
    recipients.some((each) => each.policy.encrypts) ||
    (senderOf(transaction) !== null &&
      mailFrom !== '' &&
      context.senders.outboundPolicyOf(mailFrom).policy.encrypts === true)
  if (!isAsked) return { key: null }
  try {
    return { key: context.contentKeys.newKeyFor(transaction.id) }
  } catch (cause) {
    context.log.warn({ cause: String(cause) }, 'mail that is to be encrypted is put off')
    const refused = replies.ownFault(context.newId())
    session.refuse('data', 'content-key-missing', refused)
    return { refused }
  }
}
