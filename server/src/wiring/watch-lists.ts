import { listsAll } from '#flow/checks/lists/list-health.ts'
import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import type { DefinitionStore, ListOutcome } from '#services/definitions/definition-store.ts'
import type { Base } from './base.ts'

/** Time over which hits by provider are counted, in two halves so that old ones leave. */
const halfMs = 5 * 60_000
const alarmLastsMs = 10 * 60_000
/** Fewer messages of a provider say nothing. */
const enough = 50
/** Share of a provider's mail that a list may list before somebody should look. */
const tooLarge = 0.1
const releasesEveryMs = 30_000
/** Releases that are counted together, and how many of what a list caught are much. */
const releasesForMs = 60 * 60_000
const fewestReleases = 3

interface Counts {
  messages: number
  readonly hits: Map<string, number>
}

/** What facts of a message say about lists and reverse DNS. */
interface Facts {
  readonly lists?: {
    readonly listed: readonly { readonly zone: string }[]
    readonly muted: readonly { readonly zone: string; readonly why: string }[]
  }
  readonly connection?: { readonly reverse?: { readonly kind: string; readonly name?: string } }
}

/**
 * Tells when a list has muted itself, when one lists much of what a large provider sends (D16), and when people
 * release much of what one has caught: from the facts of every message that was inspected, and from the ledger.
 * @param muted told of each list that has muted itself since it lists everything
 */
export function watchLists(
  { config, alarms, stores }: Pick<Base, 'config' | 'alarms' | 'stores'>,
  muted: (zone: string) => void,
): { note(outcome: InspectionOutcome): void; stop(): void } {
  const note = noteProviders(config, alarms, muted)
  const releases = new Releases(stores.readDefinitions, alarms)
  const timer = setInterval(() => void releases.look(), releasesEveryMs)
  return { note, stop: () => clearInterval(timer) }
}

function noteProviders(
  config: Base['config'],
  alarms: Base['alarms'],
  muted: (zone: string) => void,
): (outcome: InspectionOutcome) => void {
  let halves: Map<string, Counts>[] = [new Map()]
  let since = Date.now()
  return ({ facts }) => {
    const { lists, connection } = facts as Facts
    if (!lists) return
    for (const { zone, why } of lists.muted) {
      alarms.pulse('list-muted', zone, `the list ${zone} weighs nothing for now: ${why}`, alarmLastsMs)
      if (why === listsAll) muted(zone)
    }
    const provider = providerOf(connection?.reverse, config['lists.sharedSenders'])
    if (provider === null) return
    if (Date.now() - since > halfMs) {
      halves = [new Map(), ...halves.slice(0, 1)]
      since = Date.now()
    }
    count(halves[0]!, provider, lists.listed)
    for (const zone of zonesAbove(halves, provider))
      alarms.pulse(
        'list-hits-provider',
        `${zone} ${provider}`,
        `the list ${zone} lists much of what comes from ${provider}; its weight for such mail is limited, look at what it catches`,
        alarmLastsMs,
      )
  }
}

function providerOf(
  reverse: { readonly kind: string; readonly name?: string } | undefined,
  shared: readonly string[],
): string | null {
  if (reverse?.kind !== 'confirmed' || reverse.name === undefined) return null
  const domain = registrableDomain(reverse.name)?.domain ?? reverse.name
  return shared.includes(domain) ? domain : null
}

function count(half: Map<string, Counts>, provider: string, listed: readonly { zone: string }[]): void {
  const counts = half.get(provider) ?? { messages: 0, hits: new Map<string, number>() }
  half.set(provider, counts)
  counts.messages += 1
  for (const { zone } of listed) counts.hits.set(zone, (counts.hits.get(zone) ?? 0) + 1)
}

function zonesAbove(halves: readonly Map<string, Counts>[], provider: string): string[] {
  const all = halves.map((half) => half.get(provider)).filter((each) => each !== undefined)
  const messages = all.reduce((sum, each) => sum + each.messages, 0)
  if (messages < enough) return []
  const zones = new Set(all.flatMap((each) => [...each.hits.keys()]))
  return [...zones].filter(
    (zone) => all.reduce((sum, each) => sum + (each.hits.get(zone) ?? 0), 0) > tooLarge * messages,
  )
}

/** What people released of what lists have caught; the ledger is read on from where it was read last. */
class Releases {
  readonly #store: Pick<DefinitionStore, 'listOutcomes'>
  readonly #alarms: Base['alarms']
  #readTo = Date.now()
  #found: (ListOutcome & { readonly at: number })[] = []

  constructor(store: Pick<DefinitionStore, 'listOutcomes'>, alarms: Base['alarms']) {
    this.#store = store
    this.#alarms = alarms
  }

  async look(): Promise<void> {
    const to = Date.now()
    try {
      const found = await this.#store.listOutcomes(this.#readTo, to)
      this.#found = [...this.#found, ...found.map((each) => ({ ...each, at: to }))].filter(
        (each) => each.at > to - releasesForMs,
      )
      this.#readTo = to
    } catch {
      // The store is away; the next look reads what this one missed.
      return
    }
    for (const zone of new Set(this.#found.map((each) => each.zone))) this.#tell(zone)
  }

  #tell(zone: string): void {
    const count = (outcome: ListOutcome['outcome']) =>
      this.#found.reduce(
        (sum, each) => sum + (each.zone === zone && each.outcome === outcome ? each.messages : 0),
        0,
      )
    const [kept, released] = [count('kept'), count('released')]
    if (released < fewestReleases || released < kept * tooLarge) return
    this.#alarms.pulse(
      'list-hits-released',
      zone,
      `people released ${released} messages that the list ${zone} helped into quarantine in the last hour, of ${kept}; see mailkeep lists kept ${zone}`,
      alarmLastsMs,
    )
  }
}
