import { utcWords } from '#ground/platform/utc-words.ts'
import { renderComponentLinks } from './component-files.ts'
import { allWell, indicatorOf } from './indicator.ts'
import { escapeMarkup, spanWords } from './markup.ts'
import { pageHead } from './page-head.ts'
import { silentMs } from './published-moment.ts'
import { renderComponents } from './render-components.ts'
import { renderMonths } from './render-months.ts'
import { Story } from './render-story.ts'
import { renderUpstream } from './render-upstream.ts'
import { isOpen, type StatusState, shownDays } from './status-state.ts'

/** Octets that components and incidents may take on the page; older incidents are in the feeds. */
const bodyBytes = 92_000

const feedLinks = `
<link rel="alternate" type="application/atom+xml" title="Incidents" href="history.atom">
<link rel="alternate" type="application/rss+xml" title="Incidents" href="history.rss">`

/** The status page: no script, light and dark by the wish of the browser, 100 KB at most. */
export function renderPage(state: StatusState, now: number): string {
  const { page, components, incidents, publishedAt } = state
  const { indicator, description } = indicatorOf(state, now)
  // Green is for what is measured as well, never for what is not known.
  const isSure = indicator !== 'none' || description === allWell
  const open = incidents.filter((each) => each.kind === 'incident' && isOpen(each, now))
  const own = open.filter((each) => !each.isUpstream)
  const upstream = open.filter((each) => each.isUpstream)
  const planned = incidents
    .filter((each) => each.kind === 'maintenance' && isOpen(each, now))
    .toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0))
  const past = incidents.filter((each) => !isOpen(each, now))
  const parts = renderComponents(state, now)
  const measured = renderUpstream(state)
  const months = renderMonths(state)
  const links = renderComponentLinks(state)
  const used = Buffer.byteLength(parts + months + links) + measured.bytes
  const told = new Story(state, now, bodyBytes - used)
  const openTexts = own.map((each) => told.tell(each))
  const upstreamTexts = upstream.map((each) => told.tell(each))
  const plannedTexts = planned.map((each) => told.tell(each))
  const pastTexts = past.map((each) => told.tell(each))
  return `${pageHead({ title: `${page.name} status: ${description}`, up: '', links: feedLinks })}
<body>
<header><p class="name">${escapeMarkup(page.name)}</p>
<h1 class="whole ${isSure ? indicator : 'unsure'}">${description}</h1>
${ageOf(publishedAt, now)}</header>
<main>
${section('Incidents now', openTexts)}
${section('Faults of other providers now', [...upstreamTexts, ...measured.open], 'They are not ours, and no downtime of ours; we tell what they do to your mail.')}
<section aria-labelledby="components"><h2 id="components">Components</h2>
${components.length === 0 ? '<p>None has been named yet.</p>' : `<ul class="components">\n${parts}\n</ul>`}
<p class="soft">Each bar is a day of the last ${shownDays}, today at the right, in UTC. Grey: not measured, and nothing was told of that day. Suspected: measured twice in a row, and nobody has looked at it yet.</p>
</section>
${section('Planned work', plannedTexts)}
<section aria-labelledby="past"><h2 id="past">The last ${shownDays} days</h2>
${[...pastTexts, ...measured.past].join('') || '<p>Nothing was told of.</p>'}
${told.left > 0 ? `<p>${told.left} more stand in the <a href="history.atom">feed</a>.</p>` : ''}
</section>
${months}
</main>
<footer><p>${page.subscribe ? `<a href="${escapeMarkup(page.subscribe)}">Be told by mail or webhook</a> ` : ''}<a href="history.atom">Atom</a> <a href="history.rss">RSS</a> <a href="maintenance.ics">Calendar of planned work</a> <a href="api/v2/summary.json">JSON</a></p>${links}</footer>
</body>
</html>
`
}

function section(title: string, texts: readonly string[], note = ''): string {
  const shown = texts.filter((each) => each !== '')
  const said = note === '' ? '' : `<p class="soft">${note}</p>`
  return shown.length === 0 ? '' : `<section><h2>${title}</h2>${said}\n${shown.join('')}</section>`
}

function ageOf(publishedAt: number, now: number): string {
  const age = now - publishedAt
  const said = `Last word of the platform: <time datetime="${new Date(publishedAt).toISOString()}">${utcWords(publishedAt)}</time>`
  return age < silentMs
    ? `<p class="soft">${said}. There is a new one each minute; if this one is old, what stands here may have changed.</p>`
    : `<p class="old" role="status">${said}, ${spanWords(age)} ago. What stands here may have changed since.</p>`
}
