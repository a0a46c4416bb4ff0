import { mayReach, type Principal } from '#services/access/principal.ts'
import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import type { ApiParts } from '../api-parts.ts'

/**
 * An order to the directory by whoever asks, now, with no more in reach than he has.
 * @param seen the state that he wants to change, of If-Match
 */
export function directoryOrderOf(
  { tenancy, clock }: ApiParts,
  principal: Principal,
  seen: string | null = null,
): DirectoryOrder {
  const { who, ip, tenants } = principal
  return {
    directory: tenancy,
    at: clock.now(),
    who,
    ip,
    seen,
    tenant: principal.tenant,
    reach: {
      tenant: (tenant) => tenants === null || tenants.has(tenant),
      domain: (domain) => mayReach(principal, domain.tenant, domain.name),
    },
  }
}
