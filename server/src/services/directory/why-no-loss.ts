import { readConfirmed } from './confirmations.ts'
import { type DirectoryOrder, domainsOf } from './directory-order.ts'
import type { LossGuard } from './loss-guard.ts'
import { allDomains } from './publish-snapshot.ts'

/**
 * Why no loss of a domain (or `*`) waits for a word, and what can be done all the same. Of a domain that he does not reach
 * he hears nothing.
 * @param domain as `unconfirmedLoss` has answered null for it
 */
export async function whyNoLoss(order: DirectoryOrder, guard: LossGuard, domain: string): Promise<string> {
  const isSite = domain === allDomains
  if (isSite ? order.reach : !(await domainsOf(order)).some(({ name }) => name === domain))
    return `No loss of ${isSite ? 'domains' : domain} waits in your reach.`
  const whose = isSite ? 'of the domains' : `of ${domain}`
  const { snapshots } = guard
  const missing = async (which: 'known' | 'unconfirmed') =>
    isSite ? await snapshots.lostDomains() : await snapshots.missing(domain, which, 1)
  if ((await missing('known')).length === 0)
    return `Nothing ${whose} is missing: what was lost has been brought back or added again meanwhile.`
  const isConfirmed =
    (await readConfirmed(order.directory)).has(domain) || (await missing('unconfirmed')).length === 0
  const why = isConfirmed
    ? `Somebody has confirmed that what is missing ${whose} is meant to go, so it waits no more`
    : `What is missing ${whose} is too little to be held back (directory.shrinkPercent), so it does not wait`
  const how = order.reach
    ? 'the operator can still bring it back'
    : `"mailkeep directory restore ${domain}" still brings it back`
  return `${why}. Until directory.grace is over ${how}.`
}
