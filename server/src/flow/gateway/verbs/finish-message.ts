import type { DataReader } from '../data-reader.ts'
import { type Reply, replies } from '../replies.ts'
import type { Session, VerbAnswer } from '../session.ts'

/** The end of a message: faults of its bytes are answered here, everything else by accept-message. */
export async function finishMessage(session: Session, reader: DataReader): Promise<VerbAnswer> {
  const { transaction, context } = session
  if (transaction?.body == null) return replies.badSequence('MAIL')
  session.messages += 1
  const refused = faultOf(session, reader)
  if (refused) {
    session.refuse('data', refused.reason, refused.reply)
    session.reset()
    return refused.reply
  }
  const reply = await context.accept(session, transaction, transaction.body)
  // What was accepted is the spool's now; what was not has been dropped by accept.
  session.transaction = null
  return reply
}

function faultOf(session: Session, reader: DataReader): { reason: string; reply: Reply } | null {
  const { settings, newId } = session.context
  if (reader.endsInsideLineEnd()) return { reason: 'bare-line-feed', reply: replies.bareLineFeed }
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
