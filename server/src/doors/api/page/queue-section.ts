import type { QueueHop, QueueView } from '@mailkeep/contract'
import { countOf, formatCount } from './format.ts'
import { type Html, html } from './html.ts'
import { missingMark } from './missing-mark.ts'
import { stateMark } from './state-mark.ts'
import { timeMark } from './time-mark.ts'

/** What waits, by next hop. */
export function queueSection({ hops, hopsInAll }: QueueView): Html {
  return html`<section class="queue" aria-labelledby="queue">
<h2 id="queue">Queue <small>by next hop</small></h2>
${hops.value ? list(hops.value, hopsInAll) : missingMark(hops.missing ?? { since: '', why: '' }, 'The queue is')}
</section>`
}

function list(hops: readonly QueueHop[], inAll: number): Html {
  if (hops.length === 0) return html`<p class="soft">Nothing waits.</p>`
  return html`<ul class="hops">${hops.map(describe)}</ul>
${inAll > hops.length && html`<p class="soft">and ${countOf(inAll - hops.length, 'next hop', 'next hops')} more: <code>./mailkeep queue list</code></p>`}`
}

function describe(hop: QueueHop): Html {
  const more = hop.lanes - hop.domains.length
  return html`<li data-key="${hop.state} ${hop.nextHop}">
<p class="hop"><bdi class="code">${hop.nextHop === '' ? 'next hop unknown' : hop.nextHop}</bdi><span class="number">${formatCount(hop.deliveries)}</span></p>
<p class="soft">${stateMark(hop.state)} for ${hop.domains.join(', ')}${more > 0 && ` and ${more} more`}</p>
<p class="soft">oldest ${timeMark(hop.oldestAt)}, ${hop.state === 'held' ? 'until a person has looked' : attempt(hop)}</p>
${hop.lastReply !== '' && html`<p class="reply"><bdi>${hop.lastReply}</bdi></p>`}
</li>`
}

function attempt({ nextAttemptAt }: QueueHop): Html {
  return nextAttemptAt === null
    ? html`no attempt before an order`
    : html`next attempt ${timeMark(nextAttemptAt, 'due')}`
}
