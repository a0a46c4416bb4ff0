import { type KeyView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { newId } from '#ground/platform/ids.ts'
import type { AccessOrder } from '#services/access/access-order.ts'
import type { ApiKey } from '#services/access/access-store.ts'
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

  addRoute(app, routes.keys, async ({ principal, query: { after, limit = 25 } }) => {
    // Newest first, as the store has them: one that is gone meanwhile ends the list.
    const all = (await access.keys()).filter((each) =>
      isInReach(principal, { tenant: each.tenant, domains: null }),
    )
    const from = after === undefined ? 0 : all.findIndex((each) => each.id === after) + 1
    const left = after !== undefined && from === 0 ? [] : all.slice(from)
    const lines = left.slice(0, limit).map(describeKey)
    return { lines, next: left.length > limit ? (lines.at(-1)?.id ?? null) : null }
  })
  addRoute(app, routes.makeKey, async ({ principal, body }) => {
    const { name, tenant, scopes, days } = body
    assertMayGiveScopes(principal, scopes, tenant)
    const order = orderOf(principal)
    const id = newId(order.at)
    const expiresAt = days === undefined ? null : order.at + days * dayMs
    const secret = await makeKey(order, { id, name, tenant, scopes: [...new Set(scopes)], expiresAt })
    return { key: describeKey(await find(principal, id)), secret }
  })
  addRoute(app, routes.removeKey, async ({ principal, params }) => {
    const key = await find(principal, params.key)
    assertMayGiveScopes(principal, key.scopes, key.tenant)
    await removeKey(orderOf(principal), key)
    return { done: 1 }
  })
}

function describeKey({ hash: _secret, createdAt, expiresAt, usedAt, ...shown }: ApiKey): KeyView {
  return {
    ...shown,
    scopes: [...shown.scopes],
    createdAt: moment(createdAt),
    expiresAt: momentOrNull(expiresAt),
    usedAt: momentOrNull(usedAt),
  }
}
