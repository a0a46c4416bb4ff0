import { type Bundle, readBundle, readBundleFile } from '#ground/platform/signed-bundle.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { addDefinitions } from './change-definitions.ts'
import type { DefinitionParts } from './definition-parts.ts'
import { readStanding } from './stages.ts'

/** Where sets of definitions come from without a person. */
export interface DefinitionFeed {
  /** Folder or address; empty: there is no feed. */
  readonly source: () => string
  /** Brings what the source has now into a folder; answers the folder. @throws where it cannot be had */
  readonly bring: (source: string) => Promise<string>
  /** PEM of the key that bundles are signed with. @throws where it cannot be read */
  readonly publicKey: () => string
}

const rules = {
  keySetting: 'definitions.key',
  called: 'a file of definitions',
  fileName: /^(?:set\.json|content\.model)$/,
  mostBytes: 16 << 20,
}
const setName = 'set.json'
/** Who has added a set that came by feed; when it was made follows. */
const byFeed = 'feed '

/** What the clock remembers: a bundle that failed its proof is not proved again each minute. */
export class FeedRounds {
  refused: { readonly content: string; readonly why: string } | null = null
}

/**
 * Takes what the feed has: signed, whole, newer than what came before. It goes on trial as if a person had added it;
 * whatever is wrong with it, the sets in force stay. While another set is on trial it waits.
 */
export async function takeFeed(
  parts: DefinitionParts,
  feed: DefinitionFeed,
  rounds: FeedRounds,
): Promise<void> {
  const source = feed.source()
  if (source === '') return parts.alarms.clear('definitions-feed', 'source')
  try {
    const bundle = readBundle(await feed.bring(source), feed.publicKey(), rules)
    await take(parts, bundle, rounds)
    parts.alarms.clear('definitions-feed', 'source')
  } catch (cause) {
    const why = `definitions of ${source} are not taken: ${(cause as Error).message}; those in force stay`
    parts.alarms.raise('definitions-feed', 'source', why)
  }
}

async function take(parts: DefinitionParts, bundle: Bundle, rounds: FeedRounds): Promise<void> {
  const { version, made } = bundle
  const known = await parts.store.list()
  if (known.some((each) => each.version === version)) return
  const newest = Math.max(0, ...known.map(({ addedBy }) => madeOf(addedBy)))
  // Who can change what a mirror gives, but not sign, could otherwise bring back what was replaced for a reason.
  if (made <= newest) throw new Error(`${version} is older than what came before`)
  const content = readBundleFile(bundle, setName).toString('utf8')
  const set = parts.read(content)
  if (set.version !== version) throw new Error(`the set in ${version} has another version than its bundle`)
  // A mirror at work may not have all of them yet; that is no fault of the set.
  const files = new Map(Object.keys(set.data).map((name) => [name, readBundleFile(bundle, name)]))
  if (rounds.refused?.content === content) throw new Error(rounds.refused.why)
  if ((await readStanding(parts)).trial) return
  const who = `${byFeed}${new Date(made).toISOString()}`
  try {
    await addDefinitions(parts, content, who, (name) => files.get(name) ?? Buffer.alloc(0))
  } catch (cause) {
    if (cause instanceof OrderError && cause.code === 'wrong')
      rounds.refused = { content, why: cause.message }
    throw cause
  }
}

function madeOf(addedBy: string): number {
  return addedBy.startsWith(byFeed) ? Date.parse(addedBy.slice(byFeed.length)) || 0 : 0
}
