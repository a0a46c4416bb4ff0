import { linkTo } from './incident-link.ts'
import { bodyOf } from './render-api.ts'
import { firstParagraph } from './render-markdown.ts'
import type { StatusIncident } from './status-store.ts'

/** Characters of a postmortem that stand in a feed: readers show it beside dozens of others. */
const summaryLength = 600
/** Characters of all that a feed tells of one incident. */
const storyLength = 12_000

/**
 * What a feed tells of an incident: the beginning of its postmortem and where it stands as a whole, then what was told,
 * the newest first, as long as there is room.
 */
export function feedStory(incident: StatusIncident, url: string): string {
  const { updates, postmortem } = incident
  const link = linkTo(url, incident)
  const parts = postmortem ? [summaryOf(postmortem.text, link)] : []
  let room = storyLength
  for (const [index, each] of updates.toReversed().entries()) {
    const told = `${each.state.replace('_', ' ')}, ${new Date(each.at).toUTCString()}: ${bodyOf(each)}`
    room -= told.length
    if (room < 0) {
      parts.push(`${updates.length - index} earlier updates: ${link}`)
      break
    }
    parts.push(told)
  }
  return parts.join('\n\n')
}

function summaryOf(text: string, link: string): string {
  const paragraph = firstParagraph(text)
  const cut = paragraph.length > summaryLength ? `${paragraph.slice(0, summaryLength).trimEnd()}…` : paragraph
  return `${cut === '' ? '' : `${cut}\n\n`}The postmortem as a whole: ${link}`
}
