import { type Recipient, routes, type Trace } from '@mailkeep/contract'
import { useShowsPeople } from '../../session/people-scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { hopOf } from './hop-of.ts'

const everyMs = 10_000

/** What its next hop came to last with any mail: one that has not been tried itself waits for the same fault. */
export function HopWords({
  recipient: { rcptTo, lastAttempt },
  direction,
}: {
  readonly recipient: Recipient
  readonly direction: Trace['direction']
}) {
  const domain = rcptTo.slice(rcptTo.lastIndexOf('@') + 1).toLowerCase()
  const found = useAnswer(
    routes.queue,
    { query: { domain, state: 'waiting' } },
    // Next hops are of whole domains.
    { every: everyMs, isOff: useShowsPeople() || domain === '' },
  )
  const hop = hopOf(found.value?.hops.value ?? [], domain, direction)
  if (hop === undefined || hop.lastReply === '' || hop.lastReply === lastAttempt?.reply) return null
  return (
    <p className="mk-soft">
      {hop.failing === 'tls' ? <b>Next hop failing: TLS. </b> : 'Its next hop failed last with: '}
      <bdi className="mk-code">{hop.lastReply}</bdi>
    </p>
  )
}
