import { isHostName } from '#ground/mail/host-name.ts'
import { replies } from '../replies.ts'
import type { Verb } from './verb.ts'

/** HELO: the old greeting, without extensions (RFC 5321, 4.1.1.1). */
export const helo: Verb = {
  name: 'HELO',
  endsGroup: true,
  run(session, argument) {
    if (!isHostName(argument)) return replies.badSyntax('HELO host.name')
    session.reset()
    session.client.helo = argument
    session.client.esmtp = false
    return { code: 250, enhanced: '', text: session.context.settings['site.host'] }
  },
}
