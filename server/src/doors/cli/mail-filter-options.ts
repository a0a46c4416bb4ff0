import type { ParseArgsOptionsConfig } from 'node:util'
import { OrderError } from '#services/ledger/order-error.ts'
import type { MailFilter } from '#services/search/mail-filter.ts'
import { type FilterName, readFilter } from '#services/search/read-filter.ts'
import type { IndexProgress, NodeProgress, WrongStretch } from '#services/search/search-store.ts'
import { type Arguments, UseError } from './arguments.ts'
import { localTime } from './local-time.ts'
import { readMoment } from './read-moment.ts'
import type { Site } from './site.ts'

/** Conditions of the search that the console has too, and that the index of messages answers. */
export const searchedNames = [
  'address',
  'from',
  'state',
  'verdict',
  'rule',
  'definitions',
  'class',
  'ip',
  'direction',
  'size',
  'score',
] as const satisfies readonly FilterName[]

/** Which events of the ledger are meant, as `affected` asks, and incidents do. */
export const eventOptions = {
  since: { type: 'string' },
  until: { type: 'string' },
  reason: { type: 'string' },
  kind: { type: 'string' },
  node: { type: 'string' },
  tenant: { type: 'string' },
  reply: { type: 'string' },
  finding: { type: 'string' },
  'on-error': { type: 'boolean' },
} as const

/** They as options. */
export const searchedOptions = Object.fromEntries(
  searchedNames.map((name) => [name, { type: 'string' }]),
) as Record<(typeof searchedNames)[number], { readonly type: 'string' }> satisfies ParseArgsOptionsConfig

/** What they mean, for help texts. */
export const searchedHelp = `  --address     address or domain at either end, or in the From field
  --from        address or domain of whoever sent it, in the envelope or in the From field
  --state       waiting, delivered, returned, quarantined, held, sealed, discarded or refused; several parted by commas
  --verdict     verdicts, parted by commas, such as spam,virus
  --rule        ids of rules that held for it, parted by commas; "rule list" has them
  --definitions versions of the set of definitions that judged it, parted by commas
  --class       what a receiver's answer meant at some time, parted by commas: user-unknown, spam, greylisted ...
  --ip          address of the client, or a net such as 192.0.2.0/24
  --direction   inbound, outbound or own
  --size        in bytes, such as gt:1000000 or geq:1000,lt:5000; there are gt, geq, lt, leq and eq
  --score       likewise`

/**
 * The filter that was typed, for services/search; `word` becomes the condition that it looks like.
 * @throws UseError that says what would be right
 */
export function readMailFilter(given: Arguments, names: readonly FilterName[], word?: string): MailFilter {
  const now = Date.now()
  const texts = names
    .filter((name) => name !== 'since' && name !== 'until')
    .map((name) => [name, given.text(name)] as const)
    .filter(([, text]) => text !== undefined)
  const [since, until] = [given.text('since'), given.text('until')]
  try {
    return {
      ...readFilter({ ...Object.fromEntries(texts), ...(word !== undefined && { q: word }) }, now),
      ...(since !== undefined && { since: readMoment(since, now) }),
      ...(until !== undefined && { until: readMoment(until, now) }),
    }
  } catch (cause) {
    throw cause instanceof OrderError ? new UseError(cause.message) : cause
  }
}

/** Up to when everything is known, as sentences; ask before searching: what happens meanwhile is not promised. */
export async function readCompleteness({
  search,
}: Site): Promise<{ completeUpTo: number | null; completeness: IndexProgress; words: string }> {
  const completeness = await search.progress(Date.now())
  const { completeUpTo, stretches, nodes } = completeness
  const words = [
    completeUpTo === null
      ? 'The index of messages is not complete: there may be more.'
      : `Complete up to ${localTime(completeUpTo)}.`,
    ...stretches.filter((each) => each.mendedAt === null).map(describeStretch),
    ...nodes.flatMap(describeSilence),
  ]
  return { completeUpTo, completeness, words: words.join('\n') }
}

/** Nodes that are silent, as sentences; empty: all are well, or nobody knows. */
export async function readSilence({ search }: Site): Promise<string> {
  const { nodes } = await search.progress(Date.now()).catch(() => ({ nodes: [] }))
  return nodes.flatMap(describeSilence).join('\n')
}

function describeSilence({ node, unknownSince }: NodeProgress): string[] {
  if (unknownSince === null) return []
  return [
    `${node} has been silent since ${localTime(unknownSince)}: what it had in hand is unknown since then.`,
  ]
}

function describeStretch({ since, until, kind, entries }: WrongStretch): string {
  const stretch = `From ${localTime(since)} to ${localTime(until)}`
  if (kind === 'double')
    return `${stretch}: ${entries} too many are listed; it is read from the ledger again.`
  if (kind === 'behind') return `${stretch}: not all can be found yet; it is taken in after what is newer.`
  return `${stretch}: ${entries} cannot be found; it is read from the ledger again.`
}
