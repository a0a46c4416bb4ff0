import { dataKeyFor } from '../data-key-for.ts'
import { DataReader } from '../data-reader.ts'
import { replies } from '../replies.ts'
import type { Session, VerbAnswer } from '../session.ts'
import { dataLimits } from './data.ts'
import { finishMessage, refuseFault } from './finish-message.ts'
import type { Verb } from './verb.ts'

const readers = new WeakMap<object, DataReader>()

/** BDAT: the message in counted chunks (RFC 3030). Line ends are held to the same rules as with DATA. */
export const bdat: Verb = {
  name: 'BDAT',
  endsGroup: false,
  run(session, argument) {
    const found = /^(\d{1,20})( LAST)?$/i.exec(argument)
    if (!found) return replies.badSyntax('BDAT size [LAST]')
    const size = Number(found[1])
    const isLast = found[2] !== undefined
    const { transaction } = session
    if (size > longestRead(session)) return cutOff(session)
    if (transaction === null || transaction.recipients.length === 0) return skipChunk(session, size)
    transaction.chunked = true
    if (transaction.body === null) {
      const found = dataKeyFor(session, transaction)
      if ('refused' in found) {
        session.reset()
        session.skip(size, found.refused)
        return null
      }
      transaction.body = session.context.bodies.create(transaction.id, found.key)
    }
    const reader = readers.get(transaction) ?? new DataReader(dataLimits(session), false)
    readers.set(transaction, reader)
    const done = isLast ? finishMessage : endChunk
    session.expectData(reader, size, (each) => done(session, each, size))
    return null
  },
}

/** What is wrong with a chunk is said at once: its sender must not send the next (RFC 3030, 4.2). */
async function endChunk(session: Session, reader: DataReader, size: number): Promise<VerbAnswer> {
  return refuseFault(session, reader, false) ?? replies.chunkOk(size)
}

/** A chunk too large is read to its end, so that its answer comes where it is awaited, but not for ever. */
function longestRead(session: Session): number {
  return 2 * session.context.settings['gateway.maxMessage']
}

function cutOff(session: Session): VerbAnswer {
  const reply = replies.tooLarge(session.context.newId(), session.context.settings['gateway.maxMessage'])
  session.refuse('data', 'too-large', { ...reply, close: true })
  return null
}

/** The chunk comes whether or not it is welcome (RFC 3030, 4.2), and must not be read as commands. */
function skipChunk(session: Session, size: number): VerbAnswer {
  session.skip(size, session.transaction === null ? replies.badSequence('MAIL') : replies.noValidRecipients)
  return null
}
