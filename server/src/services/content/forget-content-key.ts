import { OrderError } from '#services/ledger/order-error.ts'
import type { ContentKeyOrder } from './rotate-content-key.ts'

/**
 * Gives up a key that is lost for good: content that needs it counts as damaged, so that its mail can be returned or
 * deleted. Answers how many messages it was.
 * @throws OrderError not-found: nothing waits for such a key. One that is there is never given up
 */
export async function forgetContentKey(order: ContentKeyOrder, key: string): Promise<number> {
  const { contentKeys, access, who, at } = order
  const { missing } = await contentKeys.state()
  if (!missing.some((each) => each.id === key))
    throw new OrderError('not-found', `no message waits for a key ${key}; see mailkeep content-key list`)
  const messages = await contentKeys.forget(key)
  await access.record({
    at,
    what: 'content-key-forgotten',
    who,
    ip: '',
    tenant: null,
    detail: { key, messages },
  })
  return messages
}
