import type { DataReader } from '../data-reader.ts'
import { type Reply, replies } from '../replies.ts'
import type { Session, VerbAnswer } from '../session.ts'

/** The end of a message: faults of its bytes are answered here, everything else by accept-message. */
export async function finishMessage(session: Session, reader: DataReader): Promise<VerbAnswer> {
  const { transaction, context } = session
  if (transaction?.body == null) return replies.badSequence('MAIL')
  const refused = refuseFault(session, reader, true)
  if (refused) return refused
  session.messages += 1
  const reply = await context.accept(session, transaction, transaction.body)
  // What was accepted is the spool's now; what was not has been dropped by accept.
  session.transaction = null
  return reply
}

/**
 * Ends the transaction where something is wrong with the bytes so far; the answer says what. Null: nothing is.
 * @param isEnd false for a chunk that others follow, which may stop anywhere
 */
export function refuseFault(session: Session, reader: DataReader, isEnd: boolean): Reply | null {
  const refused = faultOf(session, reader, isEnd)
  if (refused === null) return null
  session.messages += 1
  session.refuse('data', refused.reason, refused.reply)
  session.reset()
  return refused.reply
}

function faultOf(
  session: Session,
  reader: DataReader,
  isEnd: boolean,
): { reason: string; reply: Reply } | null {
  const { settings, newId } = session.context
  if (isEnd && reader.endsInsideLineEnd()) return { reason: 'bare-line-feed', reply: replies.bareLineFeed }
  switch (reader.fault) {
    case 'too-large':
      return { reason: 'too-large', reply: replies.tooLarge(newId(), settings['gateway.maxMessage']) }
    case 'header-too-large':
      return {
        reason: 'header-too-large',
        reply: replies.headerTooLarge(newId(), settings['gateway.maxHeader']),
      }
    case 'long-line':
      return { reason: 'long-line', reply: replies.longLine(newId(), settings['gateway.maxLine']) }
    default:
      return null
  }
}
