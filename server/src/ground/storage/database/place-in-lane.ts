import type { Statements } from './statements.ts'

/**
 * Where what a person lets go stands in its lane. A few go as new mail does, past all that waits there. Many go where mail
 * to many goes: behind new mail and behind what is tried again, with a share of the lane that nobody takes from them.
 */
export function takePlaceInLane(
  statements: Statements,
  { messageId, n }: { readonly messageId: string; readonly n: number },
  isForMany: boolean,
): void {
  statements.run(
    'UPDATE deliveries SET fresh = ?, bulk = ? WHERE message_id = ? AND n = ?',
    isForMany ? 0 : 1,
    isForMany ? 1 : 0,
    messageId,
    n,
  )
}
