import { limits, type Post } from './history-entry.ts'
import { readTrackerMoment } from './read-moment.ts'

const states = ['suspected', 'investigating', 'identified', 'monitoring', 'resolved', 'postmortem', 'update']
const planned = ['scheduled', 'in progress', 'verifying', 'completed']
const head = new RegExp(`^(?:\\d{1,3}\\.|-|\\*) (${[...states, ...planned].join('|')}) (.{8,40})$`, 'i')

/**
 * Reads a timeline: each post a line with state and moment, numbered or with a dash, and its text below. Ends at the
 * link to the whole report. Oldest first, as their moments say.
 */
export function readPosts(lines: readonly string[]): Post[] {
  const posts: { state: string; at: number | null; text: string }[] = []
  for (const raw of lines) {
    const line = raw.trim()
    if (/^Read the full /.test(line)) break
    const found = head.exec(line)
    const at = found ? readTrackerMoment(found[2] ?? '') : null
    if (found && at !== null) posts.push({ state: (found[1] ?? '').toLowerCase(), at, text: '' })
    else {
      const last = posts.at(-1)
      if (last && line !== '') last.text = `${last.text} ${line}`.trim().slice(0, limits.text)
    }
    if (posts.length >= limits.posts) break
  }
  return posts.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))
}
