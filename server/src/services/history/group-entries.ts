import type { KeptEntry } from './history-entry.ts'
import { type Compared, comparedOf, type SameBecause, sameIncident } from './same-incident.ts'

/** Entries that tell of one incident, in the order in which they came in. */
export interface EntryGroup {
  readonly entries: readonly KeptEntry[]
  /** Why they are together; empty: it is one entry. */
  readonly because: readonly Exclude<SameBecause, null>[]
}

/** Threes of words in more entries than these tell nothing about one of them. */
const commonIn = 40

/** Puts entries together that tell of one incident. Which come in first makes no difference. */
export function groupEntries(entries: readonly KeptEntry[]): EntryGroup[] {
  const compared = entries.toSorted((a, b) => a.seq - b.seq).map(comparedOf)
  const parent = compared.map((_each, at) => at)
  const rootOf = (at: number): number => {
    while (parent[at] !== at) at = parent[at] ?? at
    return at
  }
  const because = new Map<number, Set<Exclude<SameBecause, null>>>()
  for (const [one, other] of candidates(compared)) {
    const why = sameIncident(compared[one]!, compared[other]!)
    if (!why) continue
    const [low, high] = [rootOf(one), rootOf(other)].toSorted((a, b) => a - b) as [number, number]
    parent[high] = low
    because.set(low, new Set([...(because.get(low) ?? []), ...(because.get(high) ?? []), why]))
  }
  const groups = Map.groupBy(compared.keys(), rootOf)
  return [...groups].map(([root, members]) => ({
    entries: members.map((at) => compared[at]!.entry),
    because: [...(because.get(root) ?? [])],
  }))
}

/** Pairs that share a title or words: comparing each with each would take the square of the time. */
function candidates(compared: readonly Compared[]): [number, number][] {
  const places = new Map<string, number[]>()
  const put = (key: string, at: number) => {
    const list = places.get(key)
    if (list) list.push(at)
    else places.set(key, [at])
  }
  for (const [at, { title, story, entry }] of compared.entries()) {
    if (title) put(`title ${title}`, at)
    if (title && entry.detectedAt !== null) put(`moment ${title} ${entry.detectedAt}`, at)
    for (const three of story.threes) put(three, at)
  }
  const pairs = new Set<string>()
  for (const list of places.values()) {
    if (list.length > commonIn) continue
    for (const [n, one] of list.entries()) for (const other of list.slice(n + 1)) pairs.add(`${one} ${other}`)
  }
  return [...pairs].map((pair) => pair.split(' ').map(Number) as [number, number])
}
