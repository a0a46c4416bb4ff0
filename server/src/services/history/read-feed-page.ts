import { Parser } from 'htmlparser2'
import { child, type XmlElement } from '#ground/mail-reports/xml-tree.ts'
import { feedEntries } from './feed-entries.ts'
import { type HistoryDocument, type HistoryEntry, limits, type Post } from './history-entry.ts'
import { monthOf } from './read-moment.ts'

/**
 * Reads a status page's feed of incidents, Atom (RFC 4287) or RSS 2.0: each entry one incident, its posts out of its
 * text. The first moment of an entry is that of its first post, and the only beginning that a feed has. Null: it is
 * something else.
 */
export function readFeedPage(text: string): HistoryDocument | null {
  const found = feedEntries(text)
  if (found === null) return null
  return { form: 'feed-page', entries: found.slice(0, limits.entries).map(readFeedEntry), stated: null }
}

/** One of its entries. It has no lines: `line` is its place in the list. */
export function readFeedEntry(entry: XmlElement, index: number): HistoryEntry {
  const textOf = (...names: string[]) =>
    names.map((name) => child(entry, name)?.text.trim() ?? '').find((each) => each !== '') ?? ''
  const published = momentIn(textOf('published', 'pubDate', 'updated'))
  const updated = momentIn(textOf('updated', 'pubDate', 'published'))
  const posts = readPosts(linesOf(textOf('content', 'description', 'summary')), updated)
  const first = posts.find((each) => each.at !== null)?.at ?? null
  const startedAt = published !== null && first !== null ? Math.min(published, first) : (published ?? first)
  const over = posts.findLast((each) => /^(?:resolved|completed)$/.test(each.state ?? ''))
  return {
    ...{ line: index + 1, form: 'feed-page', title: textOf('title').slice(0, limits.title) || null },
    ...{ severity: null, detectedAt: startedAt, resolvedAt: over?.at ?? null, printedDuration: null },
    day: startedAt === null ? null : new Date(startedAt).toISOString().slice(0, 10),
    ...{ affected: [], posts },
  }
}

function momentIn(text: string): number | null {
  const at = text.length > 60 ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : at
}

/** Text of an entry, which may be HTML, line by line. */
function linesOf(content: string): string[] {
  if (!/<[a-z/]/i.test(content)) return content.split(/\r?\n/).map((each) => each.trim())
  let text = ''
  const ends = /^(?:p|br|div|li|small)$/
  const parser = new Parser({
    ontext(more) {
      text += more.replace(/\s+/g, ' ')
    },
    onclosetag(name) {
      if (ends.test(name)) text += '\n'
    },
  })
  parser.end(content)
  return text.split('\n').map((each) => each.trim())
}

const states =
  'investigating|identified|monitoring|resolved|postmortem|update|scheduled|in progress|verifying|completed'
/** `Aug 12, 10:30 UTC`, above its post. */
const dated = /^([A-Z][a-z]{2,8}) +(\d{1,2}), *(\d{1,2}):(\d\d) UTC$/
/** `Resolved - It is over.` */
const post = new RegExp(`^(${states}) - ?(.*)$`, 'i')
/** `resolved, Thu, 10 Jun 2027 12:00:00 GMT: It is over.` */
const whole = new RegExp(
  `^(${states}), ([A-Z][a-z]{2}, \\d{1,2} [A-Z][a-z]{2} \\d{4} [\\d:]{8} GMT): ?(.*)$`,
  'i',
)

/** Oldest first. A moment without a year is the last one of its kind before the entry was changed. */
function readPosts(lines: readonly string[], updated: number | null): Post[] {
  const posts: { state: string; at: number | null; text: string }[] = []
  let at: number | null = null
  for (const line of lines) {
    const [day, short, long] = [dated.exec(line), post.exec(line), whole.exec(line)]
    const last = posts.at(-1)
    if (posts.length >= limits.posts) break
    if (day) at = momentBefore(day, updated)
    else if (long)
      posts.push({ state: (long[1] ?? '').toLowerCase(), at: momentIn(long[2] ?? ''), text: long[3] ?? '' })
    else if (short) posts.push({ state: (short[1] ?? '').toLowerCase(), at, text: short[2] ?? '' })
    else if (last && line !== '') last.text = `${last.text} ${line}`.trim().slice(0, limits.text)
  }
  return posts.toReversed().toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))
}

const slackMs = 86_400_000

function momentBefore(
  [, name = '', day, hour, minute]: RegExpExecArray,
  updated: number | null,
): number | null {
  if (updated === null || monthOf(name) === 0) return null
  const year = new Date(updated).getUTCFullYear()
  const of = (each: number) => Date.UTC(each, monthOf(name) - 1, Number(day), Number(hour), Number(minute))
  return of(year) <= updated + slackMs ? of(year) : of(year - 1)
}
