import type { Problem } from '@mailkeep/contract'
import { html } from './html.ts'
import type { Frame } from './layout.ts'

/** An error as a page, for people. */
export function problemPage({ title, status, detail }: Problem, node: string): Frame {
  return {
    title: `${title} · Mailkeep`,
    node,
    completeUpTo: null,
    query: {},
    // What is away comes back; what is not there does not.
    live: status === 503,
    main: html`<article class="message" id="messages" tabindex="-1">
<p class="back"><a href="/" data-back>← Messages</a></p>
<h1>${title}</h1>
<p class="empty">${detail}</p>
</article>`,
  }
}
