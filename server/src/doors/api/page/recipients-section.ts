import type { Attempt, Recipient, Trace } from '@mailkeep/contract'
import { addressMark } from './address-mark.ts'
import { countOf, formatDuration } from './format.ts'
import { type Html, html } from './html.ts'
import { stateMark } from './state-mark.ts'
import { timeMark } from './time-mark.ts'

/** Who it is for, and how far it came with each; the words of the other side unfold. */
export function recipientsSection({ recipients, recipientsInAll }: Trace): Html {
  return html`<section class="recipients" aria-labelledby="recipients">
<h2 id="recipients">${countOf(recipientsInAll, 'recipient', 'recipients')}</h2>
<ul class="cards">${recipients.map(describe)}</ul>
${recipientsInAll > recipients.length && html`<p class="soft">The first ${recipients.length} are shown.</p>`}
</section>`
}

function describe(recipient: Recipient): Html {
  const { n, rcptTo, tenant, state, since, reasonText, lastAttempt } = recipient
  return html`<li data-key="${n}">
<p class="head">${stateMark(state)} ${addressMark(rcptTo)} <span class="soft">${timeMark(since)}</span></p>
<p class="soft">${[reasonText, tenant !== '' && `tenant ${tenant}`].filter((each) => each).join('; ')}${progress(recipient)}</p>
${lastAttempt && attemptDetails(lastAttempt, `last ${n}`)}
</li>`
}

function progress({ state, attempts, underWay, nextAttemptAt, expiresAt }: Recipient): Html | false {
  if (state !== 'waiting') return attempts > 0 && html`; ${countOf(attempts, 'attempt', 'attempts')}`
  return html`; ${attempts === 0 ? 'not tried yet' : countOf(attempts, 'attempt', 'attempts')}${underWay && ', one is under way now'}${nextAttemptAt !== null && html`, next ${timeMark(nextAttemptAt, 'due')}`}${expiresAt !== null && html`, given back to the sender if it still waits ${timeMark(expiresAt)}`}`
}

/** One try: the words of the other side, and beneath them where that was. */
export function attemptDetails(attempt: Attempt, key: string): Html {
  const { code, enhanced, reply, phase, nextHop, host, ip, localAddress, tls, tookMs, at } = attempt
  const words = [code > 0 ? code : '', code > 0 ? enhanced : '', reply]
    .filter((each) => each !== '')
    .join(' ')
  return html`<details class="attempt" data-key="${key}"><summary><bdi class="code">${words === '' ? 'no words' : words}</bdi></summary>
<dl>
<dt>Said by</dt><dd><bdi>${host === '' ? 'nobody: there was no connection' : host}</bdi>${ip !== '' && html` <span class="code">[${ip}]</span>`}</dd>
<dt>Next hop</dt><dd><bdi class="code">${nextHop}</bdi></dd>
<dt>At</dt><dd>${phase}, ${timeMark(at, 'exact')}, took ${formatDuration(tookMs)}</dd>
<dt>Encryption</dt><dd>${tls === '' ? 'none' : tls}</dd>
${localAddress !== '' && html`<dt>From our address</dt><dd class="code">${localAddress}</dd>`}
</dl></details>`
}
