import { type KeyView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { newId } from '#ground/platform/ids.ts'
import type { AccessOrder } from '#services/access/access-order.ts'
import type { AccessStore, ApiKey } from '#services/access/access-store.ts'
import { isMadeBy, type MadeKey, withMakers } from '#services/access/keys-of.ts'
import { assertMayGiveScopes, isInReach } from '#services/access/may-write.ts'
import type { Principal } from '#services/access/principal.ts'
import { makeKey, removeKey } from '#services/access/write-key.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const dayMs = 86_400_000

/** `/api/v1/keys`: what programs come in with. */
export function keysRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, tenancy, clock } = parts
  const orderOf = ({ who, ip }: Principal): AccessOrder => ({
    access,
    directory: tenancy,
    at: clock.now(),
    who,
    ip,
  })
  const find = async (principal: Principal, id: string): Promise<ApiKey> => {
    const key = await access.key(id)
    if (!key || !isInReach(principal, { tenant: key.tenant, domains: null }))
      throw new OrderError('not-found', `there is no key ${id}`)
    return key
  }

  const inReach = async (principal: Principal, madeBy?: string) =>
    (await keysInReach(access, principal)).filter((each) => madeBy === undefined || isMadeBy(each, madeBy))
  const describe = async (keys: readonly ApiKey[]): Promise<KeyView[]> =>
    (await withMakers(access, await tenancy.tenants(), keys, clock.now())).map(describeKey)

  addRoute(app, routes.keys, async ({ principal, query: { madeBy, after, limit = 25 } }) => {
    // Newest first, as the store has them: one that is gone meanwhile ends the list.
    const all = await inReach(principal, madeBy)
    const from = after === undefined ? 0 : all.findIndex((each) => each.id === after) + 1
    const left = after !== undefined && from === 0 ? [] : all.slice(from)
    const lines = await describe(left.slice(0, limit))
    return { lines, next: left.length > limit ? (lines.at(-1)?.id ?? null) : null }
  })
  addRoute(app, routes.makeKey, async ({ principal, body }) => {
    const { name, tenant, scopes, days } = body
    assertMayGiveScopes(principal, scopes, tenant)
    const order = orderOf(principal)
    const id = newId(order.at)
    const expiresAt = days === undefined ? null : order.at + days * dayMs
    const secret = await makeKey(order, { id, name, tenant, scopes: [...new Set(scopes)], expiresAt })
    const [key] = await describe([await find(principal, id)])
    if (key === undefined) throw new OrderError('not-found', `there is no key ${id}`)
    return { key, secret }
  })
  addRoute(app, routes.removeKey, async ({ principal, params }) => {
    const key = await find(principal, params.key)
    assertMayGiveScopes(principal, key.scopes, key.tenant)
    await removeKey(orderOf(principal), key)
    return { done: 1 }
  })
  addRoute(app, routes.removeKeysOf, async ({ principal, body: { madeBy } }) => {
    const keys = await inReach(principal, madeBy)
    if (keys.length === 0)
      throw new OrderError('not-found', `there is no key in your reach that ${madeBy} has made`)
    for (const each of keys) assertMayGiveScopes(principal, each.scopes, each.tenant)
    for (const each of keys) await removeKey(orderOf(principal), each)
    return { done: keys.length }
  })
}

/** Newest first. */
export async function keysInReach(
  access: Pick<AccessStore, 'keys'>,
  principal: Principal,
): Promise<readonly ApiKey[]> {
  return (await access.keys()).filter(({ tenant }) => isInReach(principal, { tenant, domains: null }))
}

function describeKey({ key, isLeft }: MadeKey): KeyView {
  const { hash: _secret, createdAt, expiresAt, usedAt, ...shown } = key
  return {
    ...shown,
    isLeft,
    scopes: [...shown.scopes],
    createdAt: moment(createdAt),
    expiresAt: momentOrNull(expiresAt),
    usedAt: momentOrNull(usedAt),
  }
}
