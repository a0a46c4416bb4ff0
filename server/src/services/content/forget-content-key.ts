import { OrderError } from '#services/ledger/order-error.ts'
import type { ContentKeyOrder } from './rotate-content-key.ts'

/**
 * Gives up a key that is lost for good: content that needs it counts as damaged, so that its mail can be returned or
 * deleted. Where none is left that could come back, a new key is made. Answers how many messages it was.
 * @throws OrderError not-found: no such key is missing; one that is there is never given up. conflict: the file of keys
 * is there and cannot be read, so that nobody can tell what is lost
 */
export async function forgetContentKey(order: ContentKeyOrder, key: string): Promise<number> {
  const { contentKeys, access, who, at } = order
  const { missing, fault } = await contentKeys.state()
  if (fault !== null)
    throw new OrderError('conflict', `no key is given up while the file of keys cannot be read: ${fault}`)
  const messages = missing.some((each) => each.id === key) ? await contentKeys.forget(key) : null
  if (messages === null)
    throw new OrderError('not-found', `no message waits for a key ${key}; see mailkeep content-key list`)
  await contentKeys.note()
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
