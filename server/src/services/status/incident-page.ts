import { utcWords } from '#ground/platform/utc-words.ts'
import { placeOf } from './incident-link.ts'
import { escapeMarkup } from './markup.ts'
import { pageHead } from './page-head.ts'
import { renderMarkdown } from './render-markdown.ts'
import { storyOf } from './render-story.ts'
import type { StatusState } from './status-state.ts'
import type { StatusIncident } from './status-store.ts'

/** A page for each incident with a postmortem, by its path: the whole text, and below it what was told meanwhile. */
export function renderIncidentPages(state: StatusState, now: number): (readonly [string, string])[] {
  return state.incidents
    .filter((each) => each.postmortem)
    .map((each) => [placeOf(each), pageOf(each, state, now)] as const)
}

function pageOf(incident: StatusIncident, state: StatusState, now: number): string {
  const name = escapeMarkup(incident.name)
  const page = escapeMarkup(state.page.name)
  const { text = '', publishedAt = 0, updatedAt = 0 } = incident.postmortem ?? {}
  const changed = updatedAt === publishedAt ? '' : `, changed ${timeOf(updatedAt)}`
  return `${pageHead({ title: `${state.page.name} status: ${incident.name}`, up: '../' })}
<body>
<header><p class="name"><a href="../index.html">${page} status</a></p>
<h1>${name}</h1></header>
<main>
<section class="postmortem" aria-label="Postmortem"><p class="soft">Postmortem, published ${timeOf(publishedAt)}${changed}</p>
${renderMarkdown(text)}
</section>
<section aria-labelledby="told"><h2 id="told">What was told meanwhile</h2>
<article>${storyOf(incident, state, now)}</article>
</section>
</main>
<footer><p><a href="../index.html">All of the status page</a> <a href="../history.atom">Atom</a> <a href="../history.rss">RSS</a></p></footer>
</body>
</html>
`
}

function timeOf(at: number): string {
  return `<time datetime="${new Date(at).toISOString()}">${utcWords(at)}</time>`
}
