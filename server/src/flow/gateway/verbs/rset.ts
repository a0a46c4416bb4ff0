import { replies } from '../replies.ts'
import type { Verb } from './verb.ts'

/** RSET: drops the open transaction. */
export const rset: Verb = {
  name: 'RSET',
  endsGroup: false,
  run(session) {
    session.reset()
    return replies.ok
  },
}
