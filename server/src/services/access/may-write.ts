import { domainOfName } from '#ground/platform/reach-names.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Manager } from './access-store.ts'
import { isOfPeopleAlone, type Principal } from './principal.ts'
import { rightsOverPeople } from './rights-over-people.ts'
import { isKeyScope, isRole, keyScopes, type Right, rightsWithin, roles } from './roles.ts'

/**
 * What somebody may look at and change: managers at tenants in his reach, and within his domains where he has some. Who
 * has nothing left is given something by those who have the whole tenant: it may be anything of it.
 */
export function isInReach(principal: Principal, { tenant, domains }: Place): boolean {
  if (principal.tenants !== null && !principal.tenants.has(tenant)) return false
  const own = principal.domains
  if (own === null) return true
  const isHis = (each: string) => own.has(each) || own.has(domainOfName(each))
  return domains !== null && domains.length > 0 && domains.every(isHis)
}

interface Place {
  readonly tenant: string
  readonly domains: readonly string[] | null
}

/** Nobody gives a right that he has not, nor anything out of his reach. @throws OrderError */
export function assertMayGive(principal: Principal, role: string, place: Place): void {
  if (!isInReach(principal, place)) throw new OrderError('not-found', `there is no tenant ${place.tenant}`)
  if (isRole(role)) assertHas(principal, roles[role].rights, `the role ${role}`, place)
}

/** Nobody changes somebody who may do more than he. @throws OrderError */
export function assertMayChange(principal: Principal, manager: Manager): void {
  assertHas(principal, roles[manager.role].rights, manager.id, manager)
  if (principal.who === `manager:${manager.id}`)
    throw new OrderError('forbidden', 'this is your own account; somebody else has to change it')
}

/** @throws OrderError */
export function assertMayGiveScopes(principal: Principal, scopes: readonly string[], tenant: string): void {
  const place = { tenant, domains: null }
  if (!isInReach(principal, place)) throw new OrderError('not-found', `there is no tenant ${tenant}`)
  for (const scope of scopes.filter(isKeyScope))
    assertHas(principal, keyScopes[scope], `a key of the scope ${scope}`, place)
}

/** What counts at that place alone: nobody below the operator can give a right to the house itself. */
function assertHas(
  { tenants, tenant, rights }: Principal,
  given: readonly Right[],
  what: string,
  place: Place,
): void {
  const isHouse = tenants === null && place.tenant === tenant
  const isOfPeople = isOfPeopleAlone({ domains: place.domains && new Set(place.domains) })
  const within = rightsWithin(given, { isHouse, isWhole: place.domains === null })
  const needed = rightsOverPeople(within, isOfPeople)
  const missing = needed.find((each) => !rights.has(each))
  if (missing !== undefined)
    throw new OrderError('forbidden', `${what} has the right ${missing}, which you have not`)
}
