import type { TimelineEntry, Trace } from '@mailkeep/contract'
import { formatDuration } from './format.ts'
import { type Html, html } from './html.ts'
import { attemptDetails } from './recipients-section.ts'
import { stateMark } from './state-mark.ts'
import { timeMark } from './time-mark.ts'

/** Everything that happened, from the client's first word about it to its end. */
export function timelineSection(trace: Trace): Html {
  const { timeline, timelineInAll } = trace
  return html`<section class="timeline" aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
${timelineInAll > timeline.length && html`<p class="soft">The last ${timeline.length} of ${timelineInAll} entries.</p>`}
<ol>${timeline.map((entry, index) => describe(entry, index + timelineInAll - timeline.length, trace))}</ol>
</section>`
}

function describe(entry: TimelineEntry, index: number, trace: Trace): Html {
  const { at, afterMs, state, attempt, node, who } = entry
  return html`<li data-key="${index}">
<p class="time">${timeMark(at, 'exact')}<span class="soft">${afterMs !== null && `+${formatDuration(afterMs)}`}</span></p>
<div><p>${state ? stateMark(state) : html`<span class="state none">${words[entry.kind] ?? entry.kind}</span>`} ${what(entry, trace)}
${who !== null && html`<span class="soft">by <bdi>${who}</bdi></span>`} ${node !== trace.node && html`<span class="soft">on <bdi>${node}</bdi></span>`}</p>
${attempt && attemptDetails(attempt, `entry ${index}`)}</div>
</li>`
}

const words: Readonly<Record<string, string>> = {
  started: 'handed in',
  'lease-lost': 'taken over',
  'set-aside': 'parked',
  reopened: 'judged anew',
}

function what(entry: TimelineEntry, { client, recipients, recipientsInAll }: Trace): Html {
  if (entry.kind === 'started')
    return html`by <bdi class="code">${client.helo}</bdi> <span class="code">[${client.ip}]</span> <span class="soft">${client.tls === '' ? 'not encrypted' : client.tls}</span>`
  const whom =
    recipientsInAll < 2 || entry.recipients.length === 0
      ? ''
      : entry.recipients.length === recipientsInAll
        ? 'for all recipients: '
        : entry.recipients.length === 1
          ? `for ${recipients.find((each) => each.n === entry.recipients[0])?.rcptTo ?? 'one recipient'}: `
          : `for ${entry.recipients.length} recipients: `
  const safe = 'accepted: every byte is safe, and the client heard 250'
  const rest = entry.reason === 'just-accepted' ? safe : `${safe}; ${entry.reasonText}`
  return html`<span>${whom}${entry.kind === 'accepted' ? rest : entry.reasonText}</span>`
}
