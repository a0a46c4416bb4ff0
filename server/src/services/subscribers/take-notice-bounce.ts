import { isUnreachable } from '#ground/bounces/is-unreachable.ts'
import { readBounce } from '#ground/bounces/read-bounce.ts'
import type { SubscriberStore } from './subscriber-store.ts'

/**
 * Takes what came back to the signed address of a notice. It counts for that notice alone, whomever it names: addresses
 * are changed on their way, and the signature is known only to who got the notice. Answers whether it changed anything.
 * @param id of the message that the notice was
 */
export async function takeNoticeBounce(
  { subscribers }: { readonly subscribers: Pick<SubscriberStore, 'noteFailed'> },
  { id, bytes, at }: { readonly id: string; readonly bytes: Buffer; readonly at: number },
): Promise<boolean> {
  const { recipients } = await readBounce(bytes)
  const isOver = recipients.some(
    ({ action, reason }) => (action ?? 'failed') === 'failed' && isUnreachable(reason),
  )
  return isOver && subscribers.noteFailed(id, at)
}
