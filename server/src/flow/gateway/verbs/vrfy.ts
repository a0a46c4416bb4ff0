import { replies } from '../replies.ts'
import type { Verb } from './verb.ts'

/** VRFY says nothing about who is here: it would help those who collect addresses (RFC 5321, 7.3). */
export const vrfy: Verb = {
  name: 'VRFY',
  endsGroup: false,
  run: (_session, argument) => (argument === '' ? replies.badSyntax('VRFY address') : replies.cannotVerify),
}
