import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Tenant } from '#services/directory/directory-store.ts'
import type { PeopleScope } from '#services/directory/directory-views.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type AccessOrder, recordAccess } from './access-order.ts'
import type { Session, ViewAs } from './access-store.ts'
import { isOfPeopleAlone, type Principal, reachOf, reachOfMail } from './principal.ts'
import { rightsOverPeople } from './rights-over-people.ts'
import { isRole, type Right, rightsWithin, roles } from './roles.ts'

/**
 * Looks as somebody of a role at a tenant does, until a moment. The reason stands in the tenant's audit log, where its
 * own people read it. @param findPeople looks up a group or a person in reach. @throws OrderError
 */
export async function beginView(
  order: AccessOrder,
  { principal, session }: { readonly principal: Principal; readonly session: Session },
  given: ViewAs,
  findPeople: (scope: string, within: Reach | null) => Promise<PeopleScope | null>,
): Promise<void> {
  if (!principal.rights.has('access.write'))
    throw new OrderError('forbidden', 'looking with the eyes of others needs the right access.write')
  const isThere = (await order.directory.tenants()).some((each) => each.id === given.tenant)
  if (!isThere || (principal.tenants !== null && !principal.tenants.has(given.tenant)))
    throw new OrderError('not-found', `there is no tenant ${given.tenant}`)
  const isOne = given.domain !== null && isOfPeople(given.domain)
  const view = isOne
    ? { ...given, domain: await readPeople(principal, given, findPeople) }
    : await assertDomain(order, principal, given)
  await order.access.setView(session.hash, view)
  const { role, domain, reason, until } = view
  await recordAccess(order, 'view-begun', view.tenant, {
    role,
    domain,
    reason,
    until: new Date(until).toISOString(),
  })
}

/** The name of a group or a person of that tenant, who has all addresses in reach. @throws OrderError */
async function readPeople(
  principal: Principal,
  { tenant, domain }: ViewAs,
  findPeople: (scope: string, within: Reach | null) => Promise<PeopleScope | null>,
): Promise<string> {
  const found = await findPeople(domain ?? '', reachOfMail(principal) ?? null)
  if (found?.tenant !== tenant) throw new OrderError('not-found', `there is no ${domain}`)
  return found.scope
}

async function assertDomain(order: AccessOrder, { domains }: Principal, view: ViewAs): Promise<ViewAs> {
  if (domains !== null && (view.domain === null || !domains.has(view.domain)))
    throw new OrderError('not-found', 'name a domain that is in your reach')
  if (view.domain === null) return view
  const domain = (await order.directory.domains()).find((each) => each.name === view.domain)
  if (domain?.tenant !== view.tenant) throw new OrderError('not-found', `there is no domain ${view.domain}`)
  return view
}

export async function endView(order: AccessOrder, session: Session): Promise<boolean> {
  if (session.viewAs === null) return false
  await order.access.setView(session.hash, null)
  await recordAccess(order, 'view-ended', session.viewAs.tenant, { reason: session.viewAs.reason })
  return true
}

/** Whoever looks with the eyes of others: what they may see and he may too, and nothing that changes anything. */
export function principalOfView(own: Principal, view: ViewAs, tenants: readonly Tenant[]): Principal {
  const domains = view.domain === null ? own.domains : new Set([view.domain])
  const reach = domains === null ? reachOf(view.tenant, tenants) : new Set([view.tenant])
  const seen: readonly Right[] = isRole(view.role) ? roles[view.role].rights : []
  const isWithin = own.tenants === null || own.tenants.has(view.tenant)
  return {
    ...own,
    rights: new Set(
      rightsOverPeople(
        rightsWithin(seen, { isHouse: reach === null, isWhole: domains === null }),
        isOfPeopleAlone({ domains }),
      ).filter((each) => own.rights.has(each)),
    ),
    tenant: view.tenant,
    tenants: isWithin ? reach : new Set(),
    domains,
  }
}
