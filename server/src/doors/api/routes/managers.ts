import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { AccessOrder } from '#services/access/access-order.ts'
import type { Manager } from '#services/access/access-store.ts'
import { assertMayChange, assertMayGive, isInReach } from '#services/access/may-write.ts'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { keyScopes, type RoleName, rights, rightWords, roles } from '#services/access/roles.ts'
import { makeSignInLink } from '#services/access/sign-in-link.ts'
import {
  disableManager,
  dropSecondFactor,
  endSessions,
  putManager,
  removeManager,
} from '#services/access/write-manager.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { describeManager } from '../answers/describe-manager.ts'
import type { ApiParts } from '../api-parts.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { keysInReach } from './keys.ts'

const linkLifeMs = 86_400_000

/** `/api/v1/managers` and `/api/v1/roles`: who signs in, and what each role may. */
export function managersRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, accounts, tenancy, clock } = parts
  const orderOf = ({ who, ip }: Principal): AccessOrder => ({
    access,
    directory: tenancy,
    at: clock.now(),
    who,
    ip,
  })
  const find = async (principal: Principal, name: string): Promise<Manager> => {
    const manager = await access.manager(name)
    if (!manager || manager.isProbe || !isInReach(principal, manager))
      throw new OrderError('not-found', `there is no manager ${name}`)
    return manager
  }
  const { assertReaches, assertMine, mayChange } = reachesOf(parts)
  const findMine = async (principal: Principal, name: string): Promise<Manager> => {
    const manager = await find(principal, name)
    await assertMine(principal, manager)
    return manager
  }
  const describe = async (manager: Manager, principal: Principal) =>
    describeManager(manager, await keysInReach(access, principal), await mayChange(principal, manager))
  const reread = async (principal: Principal, name: string) =>
    describe(await find(principal, name), principal)
  const linkFor = async (principal: Principal, name: string) => {
    const manager = await find(principal, name)
    const secret = await makeSignInLink(orderOf(principal), manager, linkLifeMs)
    return { manager: await describe(manager, principal), link: `${parts.pageUrl()}/sign-in/link/${secret}` }
  }

  addRoute(app, routes.roles, async ({ principal }) => describeRoles(principal))
  addRoute(app, routes.managers, async ({ principal, query }) => {
    const { after = '', limit = 25, search = '', role } = query
    const part = search.toLowerCase()
    const found = (await access.managers()).filter(
      (each) =>
        each.id > after &&
        isInReach(principal, each) &&
        (role === undefined || each.role === role) &&
        [each.id, each.displayName, each.address].some((text) => text.toLowerCase().includes(part)),
    )
    const keys = await keysInReach(access, principal)
    const shown = found.slice(0, limit)
    const changeable = await Promise.all(shown.map((each) => mayChange(principal, each)))
    const lines = shown.map((each, n) => describeManager(each, keys, changeable[n] ?? false))
    return { lines, next: found.length > limit ? (lines.at(-1)?.name ?? null) : null }
  })
  addRoute(app, routes.addManager, async ({ principal, body }) => {
    const { name, ...given } = body
    assertMayGive(principal, given.role, { tenant: given.tenant, domains: given.domains ?? null })
    await assertReaches(principal, given.domains)
    if (await access.manager(name)) throw new OrderError('conflict', `there is a manager ${name} already`)
    await putManager(orderOf(principal), { id: name, ...given })
    return linkFor(principal, name)
  })
  addRoute(app, routes.manager, ({ principal, params }) => reread(principal, params.manager))
  addRoute(app, routes.changeManager, async ({ principal, params, body, assertSeen }) => {
    const known = await findMine(principal, params.manager)
    assertSeen(await describe(known, principal))
    const next = { role: known.role, tenant: known.tenant, domains: known.domains, ...body }
    assertMayGive(principal, next.role, next)
    await assertReaches(principal, next.domains)
    await putManager(orderOf(principal), { id: known.id, ...next }, known)
    return reread(principal, known.id)
  })
  addRoute(app, routes.removeManager, async ({ principal, params }) => {
    await removeManager(orderOf(principal), await findMine(principal, params.manager))
    return { done: 1 }
  })
  addRoute(app, routes.linkManager, async ({ principal, params }) => {
    const manager = await findMine(principal, params.manager)
    return linkFor(principal, manager.id)
  })
  for (const [route, isDisabled] of [
    [routes.disableManager, true],
    [routes.enableManager, false],
  ] as const)
    addRoute(app, route, async ({ principal, params }) => {
      const manager = await findMine(principal, params.manager)
      await disableManager(orderOf(principal), manager, isDisabled)
      return reread(principal, manager.id)
    })
  addRoute(app, routes.resetManagerFactors, async ({ principal, params }) => {
    const manager = await findMine(principal, params.manager)
    await dropSecondFactor({ ...orderOf(principal), accounts }, manager)
    return reread(principal, manager.id)
  })
  addRoute(app, routes.endManagerSessions, async ({ principal, params }) => {
    const manager = await findMine(principal, params.manager)
    return { done: await endSessions(orderOf(principal), manager, null) }
  })
}

/** Whom whoever asks may give groups and people, and whom he may change. */
function reachesOf({ directoryViews }: ApiParts) {
  /** Groups and people are given by who reaches all of their addresses, as these are now. @throws OrderError */
  const assertReaches = async (principal: Principal, names: readonly string[] | null = null) => {
    for (const name of (names ?? []).filter(isOfPeople))
      if ((await directoryViews.peopleScope(name, reachOfMail(principal) ?? null)) === null)
        throw new OrderError('not-found', `there is no ${name} in your reach`)
  }
  /** @throws OrderError */
  const assertMine = async (principal: Principal, manager: Manager) => {
    assertMayChange(principal, manager)
    // Whoever has domains alone would come in as him, and read mail of addresses that are at others.
    if (principal.domains !== null) await assertReaches(principal, manager.domains)
  }
  /** What an order to change him would be answered. */
  const mayChange = (principal: Principal, manager: Manager): Promise<boolean> =>
    assertMine(principal, manager).then(
      () => true,
      (cause: unknown) => {
        if (cause instanceof OrderError) return false
        throw cause
      },
    )
  return { assertReaches, assertMine, mayChange }
}

function describeRoles(principal: Principal) {
  const names = Object.keys(roles) as RoleName[]
  return {
    rights: rights.map((right) => ({ right, means: rightWords[right] })),
    roles: names.map((role) => ({
      role,
      name: roles[role].name,
      rights: [...roles[role].rights],
      mayGive: mayGive(principal, role),
    })),
    keyScopes: Object.entries(keyScopes).map(([scope, given]) => ({ scope, rights: [...given] })),
  }
}

function mayGive(principal: Principal, role: RoleName): boolean {
  try {
    assertMayGive(principal, role, {
      tenant: principal.tenant,
      domains: principal.domains && [...principal.domains],
    })
    return role !== 'operator' || principal.tenants === null
  } catch {
    return false
  }
}
