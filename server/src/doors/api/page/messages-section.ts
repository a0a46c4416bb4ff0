import type { MessageLine, MessageList, MessagesQuery } from '@mailkeep/contract'
import { addressMark } from './address-mark.ts'
import { type Html, html } from './html.ts'
import { missingMark } from './missing-mark.ts'
import { stateMark } from './state-mark.ts'
import { subjectOf } from './subject-of.ts'
import { timeMark } from './time-mark.ts'

const tabs = ['waiting', 'held', 'quarantined', 'returned', 'refused', 'delivered', 'discarded'] as const

/** The newest messages, or those that a question finds. */
export function messagesSection(list: MessageList, query: MessagesQuery): Html {
  const { messages, searchedBackTo } = list
  return html`<section class="messages" id="messages" aria-labelledby="messages-title" tabindex="-1">
<h2 id="messages-title">Messages ${query.q !== undefined && html`<small>with <q><bdi>${query.q}</bdi></q> <a href="${link({ ...query, q: undefined })}">show all</a></small>`}</h2>
<nav class="tabs" aria-label="Messages by state">${tab('all', undefined, query)}${tabs.map((state) => tab(state, state, query))}</nav>
${messages.value ? table(messages.value, query) : missingMark(messages.missing ?? { since: '', why: '' }, 'The messages are')}
${searchedBackTo !== null && html`<p class="soft">Searched back to ${timeMark(searchedBackTo, 'exact')}; older ones may fit too. <code>./mailkeep trace</code> searches them all.</p>`}
</section>`
}

function tab(word: string, state: MessagesQuery['state'] | undefined, query: MessagesQuery): Html {
  const here = query.state === state
  return html`<a href="${link({ ...query, state })}" ${here && html`aria-current="page"`}>${word}</a>`
}

/** The address of a list: what is asked stands in it, so that it can be sent to a colleague. */
export function link(query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams()
  for (const name of ['q', 'state', 'since']) {
    const value = query[name]
    if (value !== undefined) parameters.set(name, String(value))
  }
  return parameters.size === 0 ? '/' : `/?${parameters}`
}

function table(lines: readonly MessageLine[], query: MessagesQuery): Html {
  if (lines.length === 0) return empty(query)
  return html`<table class="lines">
<thead><tr><th scope="col">State</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Subject</th><th scope="col" class="when">When</th></tr></thead>
<tbody>${lines.map(row)}</tbody>
</table>
${lines.length >= (query.limit ?? 50) && html`<p class="soft">The newest ${lines.length}. Search to find others.</p>`}`
}

function row(line: MessageLine): Html {
  const others = line.recipients - 1
  return html`<tr data-key="${line.id}">
<td class="marks">${line.states.map(stateMark)}</td>
<td class="from">${addressMark(line.mailFrom)}</td>
<td class="to">${addressMark(line.rcptTo[0] ?? '')}${others > 0 && html` <span class="soft more">+${others}</span>`}</td>
<td class="subject"><a href="/messages/${line.id}"><bdi>${subjectOf(line)}</bdi></a>${why(line)}</td>
<td class="when">${timeMark(line.at)}</td>
</tr>`
}

function why(line: MessageLine): Html | false {
  const plain = line.states.length === 1 && line.states[0] === 'delivered'
  const direction =
    line.direction === 'inbound' ? '' : line.direction === 'own' ? 'our notice; ' : 'outbound; '
  const text = `${direction}${plain ? '' : line.reasonText}`.replace(/; $/, '')
  return text !== '' && html`<span class="note">${text}</span>`
}

function empty(query: MessagesQuery): Html {
  if (query.q !== undefined || query.state !== undefined || query.since !== undefined)
    return html`<p class="empty">Nothing fits. An address must be whole, as in <code>anna@example.test</code>; a part of a subject is enough. <a href="/">Show all</a></p>`
  return html`<p class="empty">No mail yet. Here will stand what came in, newest first, and what became of it.<br>Next step: <code>./mailkeep send</code> sends a first message to this site.</p>`
}
