import { replies } from '../replies.ts'
import type { Verb } from './verb.ts'

/**
 * STARTTLS (RFC 3207). Whatever stood in the buffer before the handshake came unprotected and is refused,
 * and everything learnt before it is forgotten.
 */
export const starttls: Verb = {
  name: 'STARTTLS',
  endsGroup: true,
  run(session, argument) {
    if (argument !== '') return replies.badSyntax('STARTTLS')
    if (session.client.tls !== null) return replies.alreadyTls
    const handshake = session.connection.startTls()
    if (handshake === null) return replies.noTlsNow
    return handshake.then(
      (tls) => {
        session.restart()
        session.client.tls = tls
        session.client.fingerprint = session.connection.fingerprint?.() ?? null
        return null
      },
      (cause: Error) => {
        session.refuse('starttls', 'tls-handshake-failed', {
          code: 454,
          enhanced: '4.7.0',
          text: cause.message,
        })
        return null
      },
    )
  },
}
