import type { Session, VerbAnswer } from '../session.ts'

/** One SMTP command. */
export interface Verb {
  readonly name: string
  /** RFC 2920, 3.1: must be the last of a pipelined group, because what follows depends on its reply. */
  readonly endsGroup: boolean
  run(session: Session, argument: string): VerbAnswer | Promise<VerbAnswer>
}
