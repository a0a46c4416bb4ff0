import { normaliseDomain } from '#ground/mail/domain.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { domainState } from './add-domain.ts'
import { releaseDomains } from './awaited-domains.ts'
import { assertSeen, changedMeanwhile, type DirectoryOrder, domainsOf } from './directory-order.ts'
import type { Ended } from './directory-store.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'

/**
 * Removes a domain with its people and groups, and what stands at them: rules, lists, passwords of mail programs, keys.
 * Answers how much of that. Mail that waits for it stays. @throws OrderError
 */
export async function removeDomain(order: DirectoryOrder, name: string): Promise<Ended> {
  const domain = normaliseDomain(name)
  const known = (await domainsOf(order)).find((each) => each.name === domain)
  if (!known) throw new OrderError('not-found', `there is no domain ${domain}`)
  assertSeen(order, domainState(known), domain)
  const ended = await changeRecorded(order, inDirectory.removeDomain(domain, order.at, known), {
    ...{ what: 'domain-removed', tenant: known.tenant, answerAs: 'ended' },
    detail: { domain, before: domainState(known) },
  })
  if (ended === null) throw changedMeanwhile(domain)
  // An import that broke off brought it half: who adds it once more begins anew.
  await releaseDomains(order.directory, [domain])
  return ended
}
