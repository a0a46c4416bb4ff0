import {
  type DomainDetail,
  routes,
  type DomainLine as ShownDomain,
  type TenantDetail,
} from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { mayVouch, type Principal } from '#services/access/principal.ts'
import { addDomain, domainKey, domainState } from '#services/directory/add-domain.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { removeTenant, renameTenant, tenantState } from '#services/directory/change-tenant.ts'
import { stateOf } from '#services/directory/directory-order.ts'
import type { DomainLine, Within } from '#services/directory/directory-views.ts'
import { recordLights } from '#services/directory/domain-lights.ts'
import { mxNameOf } from '#services/directory/domain-records.ts'
import { asWritten, holdOutside } from '#services/directory/outside-hop.ts'
import { allDomains } from '#services/directory/publish-snapshot.ts'
import { removeDomain } from '#services/directory/remove-domain.ts'
import { publicMailDomains } from '#services/policy/public-mail-domains.ts'
import { moment } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { ApiProblem, problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { pageOf, toPage, withinOf } from './directory-page.ts'
import { heldOf } from './losses.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/tenants` and `/api/v1/domains`: the tree, and what hangs on it. */
export function directoryRoutes(app: FastifyInstance, { parts, who }: ApiContext): void {
  const { directoryViews: views } = parts
  addRoute(app, routes.directoryTotals, ({ principal }) => views.totals(withinOf(principal)))
  tenantRoutes(app, parts, () => who.treeChanged())
  domainRoutes(app, parts)
}

function tenantRoutes(app: FastifyInstance, parts: ApiParts, onChange: () => void): void {
  const { directoryViews: views } = parts
  addRoute(app, routes.tenants, async ({ principal, query }) => {
    const page = pageOf(principal, query)
    return toPage(
      await views.tenantLines(page, query.below),
      page,
      (each) => each.id,
      (each) => ({ ...each }),
    )
  })
  addRoute(app, routes.tenant, ({ principal, params }) => describeTenant(parts, principal, params.tenant))
  addRoute(app, routes.addTenant, async ({ principal, body }) => {
    assertWholeTenant(principal)
    const parent = body.parent ?? principal.tenant
    const order = directoryOrderOf(parts, principal)
    if (!order.reach?.tenant(parent)) throw problems.notFound(`There is no tenant ${parent}.`)
    if ((await parts.tenancy.tenants()).some((each) => each.id === body.id))
      throw problems.busy(`The id ${body.id} is taken.`)
    await addTenant(order, { ...body, parent })
    onChange()
    await parts.publish()
    return describeTenant(parts, await refreshed(principal, body.id), body.id)
  })
  addRoute(app, routes.changeTenant, async ({ principal, params, body, ifMatch }) => {
    assertWholeTenant(principal)
    await renameTenant(directoryOrderOf(parts, principal, ifMatch), params.tenant, body.name)
    return describeTenant(parts, principal, params.tenant)
  })
  addRoute(app, routes.removeTenant, async ({ principal, params, ifMatch }) => {
    assertWholeTenant(principal)
    if (params.tenant === principal.tenant) throw problems.busy('Your own tenant is removed by those above.')
    await removeTenant(directoryOrderOf(parts, principal, ifMatch), params.tenant)
    onChange()
    await parts.publish()
    return { removed: 1 }
  })
}

/** What was just made is in reach, though the tree that was asked with does not have it yet. */
async function refreshed(principal: Principal, id: string): Promise<Principal> {
  return principal.tenants === null
    ? principal
    : { ...principal, tenants: new Set([...principal.tenants, id]) }
}

/** Who looks after some domains of a tenant changes nothing of the tenant itself. */
export function assertWholeTenant({ domains }: Principal): void {
  if (domains !== null) throw problems.forbidden()
}

async function describeTenant(
  { directoryViews: views }: ApiParts,
  principal: Principal,
  id: string,
): Promise<TenantDetail> {
  const within = withinOf(principal)
  const path = await views.tenantPath(id, within)
  const own = path.at(-1)
  if (!own || own.id !== id) throw problems.notFound(`There is no tenant ${id} in your reach.`)
  return {
    ...own,
    path: path.slice(0, -1).map(({ id, name, level }) => ({ id, name, level })),
    totals: await views.totals(await belowOf(views, id, within)),
    etag: stateOf(tenantState(own)),
  }
}

/** A tenant with everything below it, as far as that is in reach. */
async function belowOf(
  views: ApiParts['directoryViews'],
  id: string,
  within: Within,
): Promise<NonNullable<Within>> {
  return { tenants: await views.tenantsBelow(id, within), domains: within?.domains ?? null }
}

function domainRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { directoryViews: views } = parts
  addRoute(app, routes.domains, async ({ principal, query }) => {
    const page = pageOf(principal, query)
    return toPage(
      await views.domainLines(page, query.tenant, query.wrong),
      page,
      (each) => each.name,
      showDomain,
    )
  })
  addRoute(app, routes.domain, ({ principal, params }) => describeDomain(parts, principal, params.domain))
  addRoute(app, routes.addDomain, async ({ principal, body }) => {
    assertWholeTenant(principal)
    const nextHop = hopBy(principal, body.nextHop)
    assertMayHave(principal, body.name)
    if (!mayVouch(principal, await parts.tenancy.tenants()))
      throw problems.notAllowed(
        'A domain is added for you once it is proved to be yours: ask with POST /api/v1/domain-claims.',
      )
    const known = (await parts.tenancy.domains()).some((each) => each.name === domainKey(body.name))
    if (known)
      throw new ApiProblem(409, 'conflict', 'This cannot be done now', `${body.name} cannot be added here.`)
    const { domain } = await addDomain(
      directoryOrderOf(parts, principal),
      { ...body, nextHop },
      parts.checkNextHop,
      'vouched',
    )
    await parts.publish()
    return describeDomain(parts, principal, domain.name)
  })
  addRoute(app, routes.changeDomain, async ({ principal, params, body, ifMatch }) => {
    const known = await findDomain(parts, principal, params.domain)
    // What is sent back as it was shown is no change, whoever had chosen it.
    const isSame = body.nextHop === undefined || body.nextHop === asWritten(known.nextHop)
    const nextHop = isSame ? known.nextHop : hopBy(principal, body.nextHop ?? '')
    if (body.tenant !== undefined) assertWholeTenant(principal)
    const given = { ...body, nextHop, name: known.name }
    await addDomain(directoryOrderOf(parts, principal, ifMatch), given, parts.checkNextHop)
    await parts.publish()
    return describeDomain(parts, principal, known.name)
  })
  addRoute(app, routes.removeDomain, async ({ principal, params, ifMatch }) => {
    const known = await findDomain(parts, principal, params.domain)
    const ended = await removeDomain(directoryOrderOf(parts, principal, ifMatch), known.name)
    await parts.publish()
    return { removed: 1, ended, held: await heldOf(parts, principal, [allDomains]) }
  })
}

/** Mail to a domain of ours goes to its next hop: what belongs to everybody is no customer's. */
export function assertMayHave({ rights }: Principal, name: string): void {
  const domain = domainKey(name)
  if (!rights.has('site.write') && publicMailDomains.has(domain))
    throw problems.wrongQuery(`${domain} is a mail provider's domain; only the operator may add it.`)
}

/** A next hop may be a folder or a port of this machine or its network: choosing such a one is the operator's. */
export function hopBy({ rights }: Principal, nextHop: string): string {
  return rights.has('site.write') ? nextHop : holdOutside(nextHop)
}

/** @throws ApiProblem where there is none of this name in reach */
export async function findDomain(
  { directoryViews: views }: ApiParts,
  principal: Principal,
  name: string,
): Promise<DomainLine> {
  const found = await views.domainLine(name.toLowerCase(), withinOf(principal))
  if (!found) throw problems.notFound(`There is no domain ${name} in your reach.`)
  return found
}

async function describeDomain(parts: ApiParts, principal: Principal, name: string): Promise<DomainDetail> {
  const found = await findDomain(parts, principal, name)
  return {
    ...showDomain(found),
    mxName: mxNameOf(found.name, parts.config['site.host']),
    etag: stateOf(domainState(found)),
  }
}

function showDomain({ settings, addedAt, lights, ...line }: DomainLine): ShownDomain {
  return {
    ...line,
    nextHop: asWritten(line.nextHop),
    anyRecipient: settings.recipients === 'any',
    addedAt: moment(addedAt),
    lights: lights && showLights(lights),
  }
}

function showLights({ states, checkedAt }: NonNullable<DomainLine['lights']>): ShownDomain['lights'] {
  return {
    checkedAt: moment(checkedAt),
    isUnknown: [states.mx, states.spf].includes('unknown'),
    wrong: recordLights.flatMap((name) => {
      const state = states[name]
      return state === 'red' || state === 'amber' ? [{ name, state }] : []
    }),
  }
}
