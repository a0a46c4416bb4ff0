import { OrderError } from '#services/ledger/order-error.ts'
import { type AccessOrder, recordAccess } from './access-order.ts'
import type { AccessStore, ApiKey } from './access-store.ts'
import { isKeyScope, keyScopes } from './roles.ts'
import { hashSecret, newSecret } from './secret.ts'

export interface NewKey {
  readonly id: string
  readonly name: string
  readonly tenant: string
  readonly scopes: readonly string[]
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null
}

const dayMs = 86_400_000

/** Makes a key for programs. Answers it once, as `mk_ID_SECRET`; only its hash is kept. @throws OrderError */
export async function makeKey(order: AccessOrder, given: NewKey): Promise<string> {
  const wrong = given.scopes.filter((each) => !isKeyScope(each))
  if (wrong.length > 0 || given.scopes.length === 0)
    throw new OrderError(
      'wrong',
      `a key has scopes out of ${Object.keys(keyScopes).join(', ')}; got ${given.scopes.join(', ') || 'none'}`,
    )
  if (!(await order.directory.tenants()).some((each) => each.id === given.tenant))
    throw new OrderError('not-found', `there is no tenant ${given.tenant}`)
  const secret = newSecret()
  const key: ApiKey = {
    ...given,
    name: given.name.slice(0, 100),
    hash: hashSecret(secret),
    createdAt: order.at,
    createdBy: order.who,
    usedAt: null,
  }
  await order.access.putKey(key)
  await recordAccess(order, 'key-made', key.tenant, { key: key.id, name: key.name, scopes: key.scopes })
  return `mk_${key.id}_${secret}`
}

/** The key that a program shows; null: there is none such, or its time is over. */
export async function findKey(
  access: AccessStore,
  shown: string,
  now: number,
  read: Pick<AccessStore, 'key'> = access,
): Promise<ApiKey | null> {
  const found = /^mk_([a-z0-9]{1,40})_([\w-]{43})$/.exec(shown)
  const key = found?.[1] === undefined ? null : await read.key(found[1])
  if (!key || key.hash !== hashSecret(found?.[2] ?? '')) return null
  if (key.expiresAt !== null && key.expiresAt < now) return null
  if (key.usedAt === null || now - key.usedAt > dayMs) await access.touchKey(key.id, now)
  return key
}

export async function removeKey(order: AccessOrder, key: ApiKey): Promise<void> {
  await order.access.removeKey(key.id)
  await recordAccess(order, 'key-removed', key.tenant, { key: key.id, name: key.name })
}
