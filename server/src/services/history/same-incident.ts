import type { KeptEntry } from './history-entry.ts'
import { figuresAgree, type Likeness, likenessOf, shareWithin, wordsOf } from './likeness.ts'

/** Why two entries are held for one incident; null: they are not. */
export type SameBecause = 'same title and moment' | 'same story' | 'same title and story' | null

/** What is compared of an entry. */
export interface Compared {
  readonly entry: KeptEntry
  /** Words of its title; null: it has none. */
  readonly title: string | null
  readonly story: Likeness
}

/** Threes of words that a story needs before its likeness means anything. */
const tellingStory = 15
const longStory = 30
const hourMs = 3_600_000

export function comparedOf(entry: KeptEntry): Compared {
  const title = entry.title === null ? null : wordsOf(entry.title).join(' ')
  return { entry, title, story: likenessOf(entry.posts.map((each) => each.text)) }
}

/**
 * Whether two entries tell of one incident. A title alone never says so: vendors use the same one again and again.
 */
export function sameIncident(one: Compared, other: Compared): SameBecause {
  if (one.entry.apart || other.entry.apart) return null
  const apartMs = momentsApart(one.entry, other.entry)
  if (apartMs !== null && apartMs > 36 * hourMs) return null
  const titles = one.title !== null && other.title !== null ? one.title === other.title : null
  if (titles && apartMs !== null && apartMs < 60_000) return 'same title and moment'
  if (!figuresAgree(one.story, other.story)) return null
  const share = shareWithin(one.story, other.story)
  const size = Math.min(one.story.threes.size, other.story.threes.size)
  if (titles && share >= 0.85 && size >= tellingStory) return 'same title and story'
  if (titles && share === 1 && size > 0 && one.entry.file !== other.entry.file) return 'same title and story'
  // Another title, or none: only a long story that is told in other documents in the same words.
  if (titles !== true && share >= 0.95 && size >= longStory && one.entry.file !== other.entry.file)
    return 'same story'
  return null
}

/** Time between the beginnings that two documents print; null: one of them prints none. */
function momentsApart(one: KeptEntry, other: KeptEntry): number | null {
  if (one.detectedAt === null || other.detectedAt === null) return null
  return Math.abs(one.detectedAt - other.detectedAt)
}
