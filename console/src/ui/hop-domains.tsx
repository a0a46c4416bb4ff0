import type { QueueHop } from '@mailkeep/contract'
import { formatCount } from './format-number.ts'

const named = 3

/** Whose mail a next hop is for: the first domains, and how many more. */
export function HopDomains({
  hop: { domains, domainsInAll },
}: {
  readonly hop: Pick<QueueHop, 'domains' | 'domainsInAll'>
}) {
  return (
    <span title={domains.join(', ')}>
      <bdi>{domains.slice(0, named).join(', ')}</bdi>
      {domainsInAll > named && <span className="mk-soft"> and {formatCount(domainsInAll - named)} more</span>}
    </span>
  )
}
