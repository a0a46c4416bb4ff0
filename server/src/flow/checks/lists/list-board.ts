import { isIPv4, isIPv6 } from 'node:net'
import type { ListsSettings } from '#flow/inspection/check.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { AskedList, type Family, type Listing } from './asked-list.ts'
import { type ListSpec, type Place, readListSpec } from './list-spec.ts'

/** What one list said about one message. */
export interface ListReport {
  readonly spec: ListSpec
  readonly listings: readonly Listing[]
  /** Why nothing that it says counts; empty where it counts. */
  readonly why: string
  readonly isMuted: boolean
}

/** Questions to all lists together about one message; more would be a flood in somebody else's name. */
const mostQuestions = 100

/** The lists that are asked, each with what is known of its health, which outlives a change of settings. */
export class ListBoard {
  readonly #resolver: Resolver
  #settings: ListsSettings | null = null
  #lists: AskedList[] = []

  constructor(resolver: Resolver) {
    this.#resolver = resolver
  }

  /** Asks all lists at a time about a client and the domains of a message. */
  async ask(
    ip: string,
    domains: Readonly<Record<Place, readonly string[]>>,
    settings: ListsSettings,
    now: number,
  ): Promise<ListReport[]> {
    this.#take(settings)
    let room = mostQuestions
    const asking = this.#lists.map(async (list): Promise<ListReport | null> => {
      const subjects = subjectsFor(list, ip, domains).slice(0, Math.max(0, room))
      room -= subjects.length
      if (subjects.length === 0) return null
      const listings = await list.ask(subjects, this.#resolver, now, settings.timeoutMs)
      const isOff = settings.off.includes(list.spec.zone)
      const why = isOff ? 'it is switched off (lists.off)' : list.health.state().why
      return { spec: list.spec, listings, why, isMuted: list.health.isMuted }
    })
    return (await Promise.all(asking)).filter((each) => each !== null)
  }

  #take(settings: ListsSettings): void {
    if (settings === this.#settings) return
    const before = this.#lists
    const same = (spec: ListSpec, family: Family) =>
      before.find(
        (each) =>
          each.spec.zone === spec.zone && each.family === family && each.spec.testName === spec.testName,
      )
    const specs = settings.ask.map(readListSpec).filter((each) => each !== null)
    this.#lists = specs.flatMap((spec) => {
      const families: Family[] = spec.kind === 'domain' ? ['domain'] : [4, 6]
      return families.map(
        (family) => new AskedList(spec, family, settings.probationMs, same(spec, family)?.health),
      )
    })
    this.#settings = settings
  }
}

function subjectsFor(
  { spec, family }: AskedList,
  ip: string,
  domains: Readonly<Record<Place, readonly string[]>>,
): string[] {
  if (family === 'domain') return [...new Set(spec.places.flatMap((place) => domains[place]))]
  const isV4 = isIPv4(ip) || /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(ip)
  return (family === 4 ? isV4 : isIPv6(ip) && !isV4) ? [ip] : []
}
