import type { User } from '#services/directory/directory-store.ts'
import type { NumberedLine, SyncedRow } from '#services/sync/sync-store.ts'
import type { SqliteDirectoryStore } from './sqlite-directory-store.ts'
import type { Statements } from './statements.ts'

interface Standing {
  readonly isThere: number
  readonly source: string | null
  readonly groups: string | null
}

/**
 * Writes what lines of a plan say. Between plan and writing a person may have changed something by hand, or a domain may
 * have gone to another tenant: a line holds only where what it was made for is still so.
 */
export function applySyncLines(
  statements: Statements,
  directory: SqliteDirectoryStore,
  of: { readonly source: string; readonly tenant: string; readonly at: number },
  lines: readonly NumberedLine[],
): void {
  const ours = new Set(
    statements
      .all<{ name: string }>('SELECT name FROM domains WHERE tenant = ?', of.tenant)
      .map(({ name }) => name),
  )
  const [put, gone]: [SyncedRow[], string[]] = [[], []]
  const left: { group: string; address: string }[] = []
  for (const line of lines) {
    const row = line.after ?? line.before
    if (!row || !ours.has(row.domain)) continue
    const now = standingOf(statements, line.address)
    if (line.kind === 'remove') {
      if (now.source === of.source) gone.push(line.address)
    } else if (line.after && holds(line, now, of.source)) {
      put.push(line.after)
      const groups: string[] = now.groups === null ? [] : JSON.parse(now.groups)
      for (const group of groups)
        if (!line.after.groups.includes(group))
          left.push({ group: idOf(row.domain, group), address: line.address })
    }
  }
  directory.putUsers(put.map(toUser), of.at)
  directory.removeUsers(gone, of.at)
  // Whom the source had made before, and missed for a while, has again what was his.
  for (const { address, externalId } of put) directory.takeBack([address], { source: of.source, externalId })
  for (const { group, address } of left) directory.changeMembers(group, [], [address])
  joinGroups(directory, put)
  for (const row of put) belongTo(statements, of.source, row)
}

function standingOf(statements: Statements, address: string): Standing {
  const found = statements.get<Standing>(
    `SELECT EXISTS (SELECT 1 FROM users WHERE address = ?1) AS isThere,
       (SELECT iif(source IN (SELECT id FROM sync_sources), source, '') FROM sync_people WHERE address = ?1) AS source,
       (SELECT groups FROM sync_people WHERE address = ?1) AS groups`,
    address,
  )
  return found ?? { isThere: 0, source: null, groups: null }
}

function holds({ kind }: NumberedLine, { isThere, source }: Standing, mine: string): boolean {
  if (isThere === 0) return kind !== 'take'
  if (kind === 'take') return source === null || source === '' || source === mine
  return (kind === 'add' || kind === 'change') && source === mine
}

function belongTo(statements: Statements, source: string, { address, externalId, groups }: SyncedRow): void {
  statements.run(
    `INSERT INTO sync_people (address, source, external_id, groups) VALUES (?, ?, ?, ?)
     ON CONFLICT (address) DO UPDATE SET source = excluded.source, external_id = excluded.external_id, groups = excluded.groups`,
    address,
    source,
    externalId,
    JSON.stringify(groups),
  )
}

function joinGroups(directory: SqliteDirectoryStore, rows: readonly SyncedRow[]): void {
  const members = new Map<string, { domain: string; name: string; addresses: string[] }>()
  for (const { address, domain, groups } of rows)
    for (const name of groups) {
      const known = members.get(idOf(domain, name))
      if (known) known.addresses.push(address)
      else members.set(idOf(domain, name), { domain, name, addresses: [address] })
    }
  for (const [id, { domain, name, addresses }] of members)
    directory.joinGroup({ id, domain, name, settings: {} }, addresses)
}

function idOf(domain: string, group: string): string {
  return `${domain}/${group.toLowerCase()}`
}

function toUser({ address, domain, kind, owner, displayName }: SyncedRow): User {
  return { address, domain, kind, owner, displayName, settings: {} }
}
