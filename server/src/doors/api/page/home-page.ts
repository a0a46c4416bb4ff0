import type { MessageList, MessagesQuery, Overview, QueueView } from '@mailkeep/contract'
import { booksSection } from './books-section.ts'
import { chartSection } from './chart-section.ts'
import { type Html, html } from './html.ts'
import type { Frame } from './layout.ts'
import { messagesSection } from './messages-section.ts'
import { needsSection } from './needs-section.ts'
import { nodeSection } from './node-section.ts'
import { queueSection } from './queue-section.ts'

export interface Home {
  readonly overview: Overview
  readonly queue: QueueView
  readonly messages: MessageList
  readonly query: MessagesQuery
  /** Whose mail this is: the node, or a tenant. */
  readonly place: string
}

/** The first page: is all well, what needs me, where is this mail? */
export function homePage(home: Home): Frame {
  const { overview, messages, query, place } = home
  const { alarms } = overview
  return {
    title: `${alarms.length > 0 ? `(${alarms.length}) ` : ''}Mailkeep ${place}`,
    node: place,
    completeUpTo: messages.completeUpTo,
    query,
    live: true,
    main: isFiltered(query) ? found(home) : everything(home),
  }
}

function isFiltered({ q, state, since }: MessagesQuery): boolean {
  return q !== undefined || state !== undefined || since !== undefined
}

/** Who looks for something sees what was found, and what needs somebody, and nothing else. */
function found({ overview, messages, query, place }: Home): Html {
  return html`<h1 class="unseen">Messages of ${place}</h1>
<p class="back"><a href="/" data-back>← Overview</a></p>
${messagesSection(messages, query)}
${needsSection(overview)}`
}

function everything({ overview, queue, messages, query, place }: Home): Html {
  return html`<h1 class="unseen">Mail of ${place}</h1>
${needsSection(overview)}
${booksSection(overview)}
<div class="columns">
${chartSection(overview)}
<div class="side">
${queueSection(queue)}
${overview.node !== null && nodeSection(overview.node, overview)}
</div>
${messagesSection(messages, query)}
</div>`
}
