import { feedEntries, idOfEntry, lastSaid, linkOfEntry } from '#services/history/feed-entries.ts'
import { readFeedEntry } from '#services/history/read-feed-page.ts'
import { mostIncidents, type ToldIncident } from './told-incident.ts'

/** What is said before the title of a post, and about its being over: `Service disruption: [RESOLVED] Mail is late`. */
const kind =
  /^(?:informational message|service (?:disruption|degradation|is operating normally)|performance issues?): */i
const over = /^\[resolved\] */i
const normal = /^service is operating normally: */i
/** Feeds keep what they have said for months: without a state or an end it says nothing of today after so long. */
const freshMs = 2 * 86_400_000
/** Posts with one title, no further apart than this, are about one incident. */
const apartMs = 2 * 86_400_000

/** What is longer is no list of incidents, and would hold the one thread that reads for long. */
const mostXml = { characters: 500_000, elements: 50_000 }

interface Said extends ToldIncident {
  readonly name: string
  readonly lastAt: number
}

/**
 * Incidents of a feed, Atom or RSS, where an entry is an incident with its posts, or a single post whose title says
 * `[RESOLVED]` when it is over; null: it is something else, or too long. What says no end has none, and is left out once nothing was
 * said of it for two days.
 */
export function feedIncidents(text: string, now: number): ToldIncident[] | null {
  if (text.length > mostXml.characters) return null
  const entries = feedEntries(text, mostXml.elements)
  if (entries === null) return null
  const said = entries.slice(0, mostIncidents).flatMap((entry, index): Said[] => {
    const { title, detectedAt, resolvedAt, posts } = readFeedEntry(entry, index)
    const lastAt = lastSaid(entry) ?? detectedAt
    if (detectedAt === null || lastAt === null) return []
    const bare = (title ?? '').replace(kind, '')
    const isOver = over.test(bare) || normal.test(title ?? '')
    return [
      {
        ...{ id: idOfEntry(entry), name: bare.replace(over, '').trim(), severity: null },
        ...{ state: isOver ? 'resolved' : (posts.at(-1)?.state ?? null), startedAt: detectedAt },
        endedAt: resolvedAt ?? (isOver ? lastAt : null),
        firstPostAt: posts.find((post) => post.at !== null)?.at ?? detectedAt,
        ...{ link: linkOfEntry(entry), lastAt },
      },
    ]
  })
  return joinPosts(said).filter((each) => each.endedAt !== null || now - each.lastAt <= freshMs)
}

/** Single posts about the same, by their title, as one incident: it is that of the first of them, with the last word. */
function joinPosts(said: readonly Said[]): Said[] {
  const joined: Said[] = []
  for (const each of said.toSorted((a, b) => a.lastAt - b.lastAt)) {
    const at = joined.findLastIndex(
      (one) =>
        one.name !== '' &&
        one.name === each.name &&
        one.endedAt === null &&
        each.lastAt - one.lastAt <= apartMs,
    )
    const before = joined[at]
    if (before)
      joined[at] = { ...each, id: before.id, startedAt: before.startedAt, firstPostAt: before.firstPostAt }
    else joined.push(each)
  }
  return joined
}
