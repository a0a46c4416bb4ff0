import type { Trace } from '@mailkeep/contract'
import { addressMark } from './address-mark.ts'
import { copyMark } from './copy-mark.ts'
import { formatBytes } from './format.ts'
import { type Html, html } from './html.ts'
import type { Frame } from './layout.ts'
import { recipientsSection } from './recipients-section.ts'
import { stateMark } from './state-mark.ts'
import { subjectOf } from './subject-of.ts'
import { timeMark } from './time-mark.ts'
import { timelineSection } from './timeline-section.ts'
import { whySection } from './why-section.ts'

/** One message: what became of it, the way it took, and why. Never its content: there is no sign-in yet. */
export function messagePage(trace: Trace, node: string): Frame {
  const subject = subjectOf(trace)
  return {
    title: `${subject.slice(0, 80).toWellFormed()} · Mailkeep`,
    node,
    completeUpTo: trace.completeUpTo,
    query: {},
    live: true,
    main: html`<article class="message" id="messages" tabindex="-1">
<p class="back"><a href="/" data-back>← Messages</a></p>
<h1><bdi>${subject}</bdi></h1>
<p class="summary">${trace.states.map(stateMark)} <span>${trace.summary}</span> <span class="soft">since ${timeMark(trace.since)}</span></p>
${facts(trace)}
${recipientsSection(trace)}
${timelineSection(trace)}
${whySection(trace)}
</article>`,
  }
}

function facts(trace: Trace): Html {
  const { client, reply } = trace
  const others = trace.recipientsInAll - 1
  return html`<dl class="envelope">
<dt>From</dt><dd>${addressMark(trace.mailFrom)}${differs(trace) && html` <span class="soft">header says <bdi class="code">${trace.headerFrom}</bdi></span>`}</dd>
<dt>To</dt><dd>${trace.recipients[0] ? addressMark(trace.recipients[0].rcptTo) : html`<span class="soft">nobody</span>`}${others > 0 && html` <span class="soft">and ${others} more</span>`}</dd>
<dt>From host</dt><dd><bdi class="code">${client.helo}</bdi> <span class="code">[${client.ip}]</span> <span class="soft">${client.protocol}, ${client.tls === '' ? 'not encrypted' : client.tls}</span></dd>
${reply && html`<dt>Heard</dt><dd><bdi class="code">${reply.code} ${reply.enhanced} ${reply.text}</bdi> <span class="soft">at ${reply.stage}</span></dd>`}
<dt>Id</dt><dd>${copyMark(trace.id)}</dd>
${trace.headerMessageId !== '' && html`<dt>Message-ID</dt><dd>${copyMark(trace.headerMessageId)}</dd>`}
<dt>Node</dt><dd><bdi>${trace.node}</bdi></dd>
${trace.size !== null && html`<dt>Size</dt><dd>${formatBytes(trace.size)}, <span class="soft">${trace.contentKept ? 'content kept' : 'content kept no more'}</span></dd>`}
</dl>`
}

/** Whether the header names another sender than the envelope: where they differ, both are shown. */
function differs({ headerFrom, mailFrom }: Trace): boolean {
  if (headerFrom === '') return false
  const address = /<([^<>]*)>\s*$/.exec(headerFrom)?.[1] ?? headerFrom
  return headerFrom !== `<${mailFrom}>` || address.trim().toLowerCase() !== mailFrom.toLowerCase()
}
