import { entriesFor, type HostList, type HostListHit, type HostLists } from './host-list.ts'

/** What people say of lists; see links.listsOff and links.listMaxAge. */
interface ListRules {
  readonly off: readonly string[]
  readonly maxAgeMs: number
}

/** Messages over which a list is watched, and the share of them that no list of bad hosts can rightly have. */
const watched = 200
const tooMany = 0.5

/**
 * The lists of hosts in force, each with what takes its weight away: a person, its age, or that it has most of what
 * comes, which lasts until its next version.
 */
export class ListsInForce implements HostLists {
  readonly #lists: () => readonly HostList[]
  readonly #rules: () => ListRules
  readonly #now: () => number
  readonly #muted = new Set<HostList>()
  #messages = 0
  #hits = new Map<string, number>()

  constructor(lists: () => readonly HostList[], rules: () => ListRules, now: () => number) {
    this.#lists = lists
    this.#rules = rules
    this.#now = now
  }

  find(host: string, path: string): HostListHit[] {
    const lists = this.#lists()
    if (lists.length === 0) return []
    const entries = entriesFor(host, path)
    return lists.flatMap((list) => {
      const entry = entries.find((each) => list.has(each))
      if (entry === undefined) return []
      const { name, version, verdict, weight } = list
      return [{ list: name, version, verdict, weight, entry, why: this.whyNot(list) }]
    })
  }

  /** Why a list does not count; empty where it does. */
  whyNot(list: HostList): string {
    const { off, maxAgeMs } = this.#rules()
    if (off.includes(list.name)) return 'it is switched off (links.listsOff)'
    if (this.#now() - list.made > maxAgeMs) return 'it is too old (links.listMaxAge)'
    return this.#muted.has(list) ? 'it lists most of what comes' : ''
  }

  judged(names: ReadonlySet<string>): void {
    if (this.#lists().length === 0) return
    this.#messages++
    for (const name of names) this.#hits.set(name, (this.#hits.get(name) ?? 0) + 1)
    if (this.#messages < watched) return
    for (const list of this.#lists())
      if (list.verdict === 'bad' && (this.#hits.get(list.name) ?? 0) > watched * tooMany)
        this.#muted.add(list)
    // What is no longer in force is not kept.
    for (const list of this.#muted) if (!this.#lists().includes(list)) this.#muted.delete(list)
    this.#messages = 0
    this.#hits = new Map()
  }
}
