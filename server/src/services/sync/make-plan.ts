import { normaliseAddress, parseMailbox } from '#ground/mail/address.ts'
import type { DirectoryRow, PlanCounts, PlanLine, SyncedRow } from './sync-store.ts'

/** A person as a source names it. */
export interface FoundPerson {
  /** What the source calls the person; never cut. */
  readonly id: string
  readonly name: string
  /** The main one first. */
  readonly addresses: readonly string[]
  readonly groups: readonly string[]
  /** Something is wrong with it; it is told and left out. */
  readonly wrong?: string
}

export interface PlanOptions {
  readonly source: string
  readonly takesOver: boolean
  /** Whether a domain is one that the source is for. */
  readonly isOurs: (domain: string) => boolean
}

export interface Plan {
  readonly lines: readonly PlanLine[]
  readonly counts: PlanCounts
}

/** Lines of what is left alone, told one by one. */
const mostTold = 1000

interface Wanted {
  readonly rows: ReadonlyMap<string, SyncedRow>
  readonly skipped: readonly { readonly address: string; readonly why: string }[]
  readonly elsewhere: number
}

/**
 * What has to be done so that the directory says what a source says; does nothing. Removed is only whom the source has
 * made. Additions come first and removals last, so that stopping half-way costs nobody mail.
 * @param current people of the domains that the source is for
 */
export function makePlan(
  found: readonly FoundPerson[],
  current: readonly DirectoryRow[],
  options: PlanOptions,
): Plan {
  const wanted = wantedRows(found, options.isOurs)
  const there = new Map(current.map((each) => [each.address, each]))
  const lines: PlanLine[] = []
  let unchanged = 0
  for (const row of wanted.rows.values()) {
    const line = compare(row, there.get(row.address), there, options)
    if (line === null) unchanged += 1
    else lines.push(line)
  }
  const losses: Record<string, { before: number; lost: number }> = {}
  for (const row of current) {
    if (row.source === '' && !wanted.rows.has(row.address))
      lines.push({ kind: 'kept', address: row.address, before: plain(row), after: null, why: orphaned })
    if (row.source !== options.source) continue
    const loss = (losses[row.domain] ??= { before: 0, lost: 0 })
    loss.before += 1
    if (wanted.rows.has(row.address)) continue
    loss.lost += 1
    lines.push({ kind: 'remove', address: row.address, before: plain(row), after: null, why: '' })
  }
  const skipped = wanted.skipped.map(
    ({ address, why }): PlanLine => ({ kind: 'skipped', address, before: null, after: null, why }),
  )
  return finish([...lines, ...skipped], {
    found: found.length,
    unchanged,
    elsewhere: wanted.elsewhere,
    losses,
  })
}

function finish(
  lines: readonly PlanLine[],
  more: Pick<PlanCounts, 'found' | 'unchanged' | 'elsewhere' | 'losses'>,
): Plan {
  const count = (kind: PlanLine['kind']) => lines.filter((each) => each.kind === kind).length
  const told = order.flatMap((kind) => {
    const some = lines.filter((each) => each.kind === kind)
    // Aliases after the people that they belong to.
    some.sort((a, b) => rank(a) - rank(b) || (a.address < b.address ? -1 : 1))
    return kind === 'kept' || kind === 'skipped' ? some.slice(0, mostTold) : some
  })
  return {
    lines: told,
    counts: {
      ...more,
      add: count('add'),
      change: count('change'),
      remove: count('remove'),
      take: count('take'),
      kept: count('kept'),
      skipped: count('skipped'),
    },
  }
}

/** Nobody says that these have left: only their source is gone. */
const orphaned = 'brought by a source that is gone, and not named by this one'

const order = ['add', 'take', 'change', 'remove', 'kept', 'skipped'] as const

function rank({ after, before }: PlanLine): number {
  return (after ?? before)?.kind === 'alias' ? 1 : 0
}

function compare(
  row: SyncedRow,
  now: DirectoryRow | undefined,
  there: ReadonlyMap<string, DirectoryRow>,
  options: PlanOptions,
): PlanLine | null {
  // Somebody made its owner an alias by hand: an alias of an alias would lead nowhere.
  const owner = there.get(row.owner)
  const isOwnerAside = row.kind === 'alias' && owner?.kind === 'alias' && owner.source !== options.source
  const after =
    isOwnerAside && owner.source !== '' && !options.takesOver ? { ...row, owner: owner.owner } : row
  const { address } = row
  if (!now) return { kind: 'add', address, before: null, after, why: '' }
  if (isMine(now, options))
    return isSame(now, after) ? null : { kind: 'change', address, before: plain(now), after, why: '' }
  if (now.source === '' || (now.source === null && options.takesOver))
    return { kind: 'take', address, before: plain(now), after, why: '' }
  const why = now.source === null ? 'added by hand' : 'brought by another source'
  return { kind: 'kept', address, before: plain(now), after, why }
}

function isMine({ source }: DirectoryRow, options: PlanOptions): boolean {
  return source === options.source
}

function plain({ source: _source, ...row }: DirectoryRow): SyncedRow {
  return row
}

function isSame(a: SyncedRow, b: SyncedRow): boolean {
  return (
    a.kind === b.kind &&
    a.owner === b.owner &&
    a.displayName === b.displayName &&
    a.externalId === b.externalId &&
    a.groups.length === b.groups.length &&
    a.groups.every((each, index) => each === b.groups[index])
  )
}

function wantedRows(found: readonly FoundPerson[], isOurs: (domain: string) => boolean): Wanted {
  const rows = new Map<string, SyncedRow>()
  const skipped: { address: string; why: string }[] = []
  let elsewhere = 0
  const aliases: SyncedRow[] = []
  // The same directory in another order is the same directory.
  for (const person of found.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))) {
    const name = person.addresses[0] ?? person.id
    if (person.wrong !== undefined) {
      skipped.push({ address: name.slice(0, 320), why: person.wrong })
      continue
    }
    const read = person.addresses.map((each) => readAddress(each, isOurs))
    for (const each of read)
      if ('wrong' in each) skipped.push({ address: each.wrong, why: 'is no mail address' })
    elsewhere += read.filter((each) => 'elsewhere' in each).length
    const ours = read.flatMap((each) => ('key' in each ? [each] : []))
    // What another person has as the main address is his; the first one that is free is this one's.
    const own = ours.find(({ key }) => !rows.has(key))
    for (const { key } of ours)
      if (key !== own?.key && rows.get(key)?.kind === 'user')
        skipped.push({ address: key, why: 'named by two people; it belongs to the first' })
    if (!own) continue
    const others = ours.filter(({ key }) => !rows.has(key) && key !== own.key)
    const base = {
      owner: own.key,
      displayName: person.name.trim(),
      groups: [...new Set(person.groups.map((each) => each.trim()).filter((each) => each !== ''))].sort(),
      externalId: person.id,
    }
    rows.set(own.key, { ...base, ...placeOf(own), kind: 'user' })
    for (const each of others)
      aliases.push({ ...base, ...placeOf(each), kind: 'alias', displayName: '', groups: [] })
  }
  for (const alias of aliases) {
    const taken = rows.get(alias.address)
    if (!taken) rows.set(alias.address, alias)
    else if (taken.owner !== alias.owner)
      skipped.push({
        address: alias.address,
        why: `is named by ${alias.owner} too; it belongs to ${taken.owner}`,
      })
  }
  return { rows, skipped, elsewhere }
}

function sortKey({ addresses, id }: FoundPerson): string {
  return `${addresses.join(' ').toLowerCase()} ${id}`
}

function placeOf({ key, domain }: { key: string; domain: string }): { address: string; domain: string } {
  return { address: key, domain }
}

type Read = { key: string; domain: string } | { wrong: string } | { elsewhere: true }

function readAddress(text: string, isOurs: (domain: string) => boolean): Read {
  const bare = text.trim()
  const mailbox = parseMailbox(bare, { smtputf8: true })
  if (mailbox === null || mailbox.domain === '') return { wrong: bare.slice(0, 320) }
  const { lookupKey, domain } = normaliseAddress(bare)
  return isOurs(domain) ? { key: lookupKey, domain } : { elsewhere: true }
}
