import { isHostName } from '#ground/mail/host-name.ts'
import { replies } from '../replies.ts'
import type { Session } from '../session.ts'
import type { Verb } from './verb.ts'

/** EHLO: the greeting that lists what this server can do (RFC 5321, 4.1.1.1). */
export const ehlo: Verb = {
  name: 'EHLO',
  endsGroup: true,
  run(session, argument) {
    if (!isHostName(argument)) return replies.badSyntax('EHLO host.name')
    session.reset()
    session.client.helo = argument
    session.client.esmtp = true
    return { lines: [session.context.settings['site.host'], ...extensions(session)] }
  },
}

function extensions(session: Session): string[] {
  const { settings, hasTls, trustsXclient } = session.context
  const list = ['PIPELINING', `SIZE ${settings['gateway.maxMessage']}`]
  if (session.client.tls === null && hasTls()) list.push('STARTTLS')
  if (session.door === 'submission' && session.client.tls !== null && !session.client.login)
    list.push('AUTH SCRAM-SHA-256 PLAIN LOGIN')
  list.push('ENHANCEDSTATUSCODES', '8BITMIME', 'DSN', 'SMTPUTF8', 'CHUNKING')
  if (trustsXclient(session.peer)) list.push('XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT')
  return list
}
