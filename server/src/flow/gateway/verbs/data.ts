import { dataKeyFor } from '../data-key-for.ts'
import { DataReader } from '../data-reader.ts'
import { replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { finishMessage } from './finish-message.ts'
import type { Verb } from './verb.ts'

/** DATA: the message itself, up to CR LF . CR LF (RFC 5321, 4.1.1.4). */
export const data: Verb = {
  name: 'DATA',
  endsGroup: true,
  run(session, argument) {
    const { transaction } = session
    if (argument !== '') return replies.badSyntax('DATA')
    if (transaction === null) return replies.badSequence('MAIL')
    if (transaction.chunked) return replies.mixedData
    if (transaction.recipients.length === 0) return replies.noValidRecipients
    const found = dataKeyFor(session, transaction)
    if ('refused' in found) {
      session.reset()
      return found.refused
    }
    transaction.body = session.context.bodies.create(transaction.id, found.key)
    session.expectData(new DataReader(dataLimits(session), true), null, (reader) =>
      finishMessage(session, reader),
    )
    return replies.startData
  },
}

export function dataLimits(session: Session): {
  maxBytes: number
  maxHeaderBytes: number
  maxLineBytes: number
} {
  const { settings } = session.context
  return {
    maxBytes: settings['gateway.maxMessage'],
    maxHeaderBytes: settings['gateway.maxHeader'],
    maxLineBytes: settings['gateway.maxLine'],
  }
}
