import { feedStory } from './feed-story.ts'
import { linkTo } from './incident-link.ts'
import { escapeMarkup } from './markup.ts'
import { lastWordOf, type StatusState } from './status-state.ts'
import type { StatusIncident } from './status-store.ts'

const most = 50
/** Octets of the items of one feed: readers of feeds give up on long ones. Older incidents are left out. */
const itemBytes = 250_000

/** The last incidents and planned work as RSS 2.0. */
export function renderRss({ page, incidents }: StatusState): string {
  const items = withinBounds(
    incidents,
    (each) => `<item><title>${escapeMarkup(each.name)}</title><link>${linkOf(page.url, each)}</link>
<guid isPermaLink="false">${each.id}</guid><pubDate>${new Date(lastWordOf(each)).toUTCString()}</pubDate>
<description>${escapeMarkup(feedStory(each, page.url))}</description></item>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>${escapeMarkup(page.name)} status</title><link>${escapeMarkup(page.url)}</link>
<description>Incidents and planned work</description>${incidents.length === 0 ? '' : `<pubDate>${new Date(lastWordIn(incidents)).toUTCString()}</pubDate>`}
${items.join('\n')}
</channel></rss>
`
}

/**
 * The same as Atom (RFC 4287).
 * @param component of which the feed tells; none: of all
 */
export function renderAtom({ page, incidents }: StatusState, component?: string): string {
  const id = component === undefined ? 'urn:mailkeep:status' : `urn:mailkeep:status:${component}`
  const entries = withinBounds(
    incidents,
    (each) => `<entry><id>urn:mailkeep:incident:${each.id}</id><title>${escapeMarkup(each.name)}</title>
<link href="${linkOf(page.url, each)}"/><published>${new Date(each.createdAt).toISOString()}</published>
<updated>${new Date(lastWordOf(each)).toISOString()}</updated><content type="text">${escapeMarkup(feedStory(each, page.url))}</content></entry>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${id}</id><title>${escapeMarkup(page.name)} status</title>
<link href="${escapeMarkup(page.url)}"/><author><name>${escapeMarkup(page.name)}</name></author>
<updated>${new Date(lastWordIn(incidents)).toISOString()}</updated>
${entries.join('\n')}
</feed>
`
}

/** A feed that has told nothing yet has not changed since the beginning of time: Atom wants a moment all the same. */
function lastWordIn(incidents: readonly StatusIncident[]): number {
  return Math.max(0, ...incidents.map(lastWordOf))
}

/** The newest first, as many as there is room for. */
function withinBounds(
  incidents: readonly StatusIncident[],
  render: (incident: StatusIncident) => string,
): string[] {
  const items: string[] = []
  let room = itemBytes
  for (const incident of incidents.slice(0, most)) {
    const item = render(incident)
    room -= Buffer.byteLength(item)
    if (room < 0) break
    items.push(item)
  }
  return items
}

function linkOf(url: string, incident: StatusIncident): string {
  return escapeMarkup(linkTo(url, incident))
}
