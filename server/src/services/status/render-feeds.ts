import { linkTo } from './incident-link.ts'
import { escapeMarkup } from './markup.ts'
import { bodyOf } from './render-api.ts'
import { phaseOf, type StatusState } from './status-state.ts'
import type { StatusIncident } from './status-store.ts'

const most = 50

/** The last incidents and planned work as RSS 2.0. */
export function renderRss({ page, incidents, publishedAt }: StatusState): string {
  const items = incidents.slice(0, most).map(
    (each) => `<item><title>${escapeMarkup(each.name)}</title><link>${linkOf(page.url, each)}</link>
<guid isPermaLink="false">${each.id}</guid><pubDate>${new Date(lastOf(each)).toUTCString()}</pubDate>
<description>${escapeMarkup(storyOf(each))}</description></item>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>${escapeMarkup(page.name)} status</title><link>${escapeMarkup(page.url)}</link>
<description>Incidents and planned work</description><pubDate>${new Date(publishedAt).toUTCString()}</pubDate>
${items.join('\n')}
</channel></rss>
`
}

/**
 * The same as Atom (RFC 4287).
 * @param component of which the feed tells; none: of all
 */
export function renderAtom({ page, incidents, publishedAt }: StatusState, component?: string): string {
  const id = component === undefined ? 'urn:mailkeep:status' : `urn:mailkeep:status:${component}`
  const entries = incidents.slice(0, most).map(
    (each) => `<entry><id>urn:mailkeep:incident:${each.id}</id><title>${escapeMarkup(each.name)}</title>
<link href="${linkOf(page.url, each)}"/><published>${new Date(each.createdAt).toISOString()}</published>
<updated>${new Date(lastOf(each)).toISOString()}</updated><content type="text">${escapeMarkup(storyOf(each))}</content></entry>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${id}</id><title>${escapeMarkup(page.name)} status</title>
<link href="${escapeMarkup(page.url)}"/><author><name>${escapeMarkup(page.name)}</name></author>
<updated>${new Date(publishedAt).toISOString()}</updated>
${entries.join('\n')}
</feed>
`
}

/** Planned work as a calendar (RFC 5545). */
export function renderCalendar({ page, incidents, publishedAt }: StatusState, now: number): string {
  const planned = incidents.filter((each) => each.kind === 'maintenance').slice(0, most)
  const lines = planned.flatMap((each) => [
    'BEGIN:VEVENT',
    `UID:${each.id}@mailkeep`,
    `DTSTAMP:${stamp(publishedAt)}`,
    `LAST-MODIFIED:${stamp(lastOf(each))}`,
    `DTSTART:${stamp(each.from ?? each.startedAt)}`,
    `DTEND:${stamp(each.until ?? each.startedAt)}`,
    `SUMMARY:${escapeCalendar(each.name)}`,
    `DESCRIPTION:${escapeCalendar(each.updates.at(-1)?.text ?? '')}`,
    // A calendar takes what it has not seen yet, also that work is cancelled, by a number that grows.
    `SEQUENCE:${each.revision ?? 0}`,
    `STATUS:${calendarWord(phaseOf(each, now))}`,
    'END:VEVENT',
  ])
  const all = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Mailkeep//Status//EN',
    `X-WR-CALNAME:${escapeCalendar(page.name)}`,
    ...lines,
    'END:VCALENDAR',
  ]
  return `${all.flatMap(fold).join('\r\n')}\r\n`
}

function calendarWord(phase: StatusIncident['state']): string {
  if (phase === 'cancelled') return 'CANCELLED'
  return phase === 'completed' ? 'CONFIRMED' : 'TENTATIVE'
}

function lastOf({ updates, createdAt }: StatusIncident): number {
  return updates.at(-1)?.at ?? createdAt
}

function linkOf(url: string, incident: StatusIncident): string {
  return escapeMarkup(linkTo(url, incident))
}

/** The postmortem as a whole, then what was told, the newest first. */
function storyOf({ updates, postmortem }: StatusIncident): string {
  const told = updates
    .toReversed()
    .map((each) => `${each.state.replace('_', ' ')}, ${new Date(each.at).toUTCString()}: ${bodyOf(each)}`)
  return [...(postmortem ? [postmortem.text] : []), ...told].join('\n\n')
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

function escapeCalendar(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r?\n/g, '\\n')
    .replace(/[\u0000-\u001f]/g, ' ')
}

/** Lines of a calendar have 75 octets at most, and no character is cut in two. */
function fold(line: string): string[] {
  const folded: string[] = []
  let part = ''
  for (const each of line) {
    if (Buffer.byteLength(part + each) > 73) {
      folded.push(part)
      part = ' '
    }
    part += each
  }
  return [...folded, part]
}
