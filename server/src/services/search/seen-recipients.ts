import type { Reach } from '#services/ledger/ledger-store.ts'
import type { SearchStore } from './search-store.ts'

/** Somebody whom mail came for, and whom the next hop took it for. */
export interface SeenRecipient {
  readonly address: string
  /** Messages that were delivered to him, as far back as was looked. */
  readonly mails: number
  readonly firstAt: number
  readonly lastAt: number
}

export interface SeenRecipients {
  /** Most mail first. */
  readonly lines: readonly SeenRecipient[]
  /** Received time down to which all mail was looked at; null: to the beginning. */
  readonly backTo: number | null
}

const page = 500
const mostLines = 200
/** Addresses that are counted: somebody who tries all names must not fill the memory. */
const mostAddresses = 5000

/**
 * Who gets mail in a domain and is not listed as a user: what was delivered, newest first, for as long as the time
 * allows. Only what the next hop has accepted counts: it knows its people.
 * @param unlisted of addresses in small letters, those that are no users
 */
export async function findSeenRecipients(
  search: SearchStore,
  { domain, within }: { readonly domain: string; readonly within: Reach | undefined },
  unlisted: (addresses: readonly string[]) => Promise<readonly string[]>,
  budgetMs: number,
): Promise<SeenRecipients> {
  const filter = {
    ...{ recipient: [domain], states: ['delivered'] as const, direction: 'inbound' as const },
    ...(within && { within }),
  }
  const until = performance.now() + budgetMs
  const found = new Map<string, SeenRecipient>()
  let backTo: number | null = null
  for (let place: number | null = null; ; ) {
    const { lines, ...at } = await search.find(filter, place, page, budgetMs / 4)
    for (const { rcptTo, at: seenAt } of lines) count(found, rcptTo.toLowerCase(), domain, seenAt)
    backTo = at.place === null ? null : (at.backTo ?? lines.at(-1)?.at ?? backTo)
    place = at.place
    if (place === null || performance.now() > until || found.size >= mostAddresses) break
  }
  const fresh = new Set(await unlisted([...found.keys()]))
  const lines = [...found.values()]
    .filter(({ address }) => fresh.has(address))
    .sort((a, b) => b.mails - a.mails || (a.address < b.address ? -1 : 1))
  return { lines: lines.slice(0, mostLines), backTo }
}

function count(found: Map<string, SeenRecipient>, address: string, domain: string, at: number): void {
  if (!address.endsWith(`@${domain}`)) return
  const { mails, firstAt, lastAt } = found.get(address) ?? { mails: 0, firstAt: at, lastAt: at }
  found.set(address, {
    address,
    mails: mails + 1,
    firstAt: Math.min(firstAt, at),
    lastAt: Math.max(lastAt, at),
  })
}
