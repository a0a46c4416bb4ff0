import type { Ended } from '#services/directory/directory-store.ts'
import type { Statements } from './statements.ts'

/** A table in which things stand at domains and people by their name alone: the next who has the name would have them. */
interface Place {
  readonly table: string
  readonly columns: readonly string[]
  /** The domain or address that a row belongs to, where ?1 is the domain. */
  readonly name: string
  /** Rows of the domain ?1, its groups and its people. */
  readonly ofDomain: string
  /** Rows of the person ?1; null: people have none. */
  readonly ofPerson: string | null
}

// No LIKE: a name may hold its wildcards. A group is known by how its level begins, since its name may end as an address does.
const atLevels = {
  name: "iif(substr(scope, 1, 5) = 'user:', substr(scope, 6), ?1)",
  ofDomain: `(scope = 'domain:' || ?1 OR substr(scope, 1, length(?1) + 7) = 'group:' || ?1 || '/'
    OR (substr(scope, 1, 5) = 'user:' AND substr(scope, -length(?1) - 1) = '@' || ?1))`,
  ofPerson: "scope = 'user:' || ?1",
}

const places: readonly (Place & { readonly counted: keyof Ended })[] = [
  {
    table: 'rules',
    columns: [
      ...['id', 'scope', 'position', 'enabled', 'locked'],
      ...['owner', 'changed_at', 'changed_by', 'paused', 'rule'],
    ],
    counted: 'rules',
    ...atLevels,
  },
  {
    table: 'sender_lists',
    columns: ['scope', 'entry', 'kind', 'added_at', 'added_by'],
    counted: 'senders',
    ...atLevels,
  },
  {
    table: 'mail_passwords',
    columns: ['id', 'login', 'name', 'record', 'made_at', 'made_by'],
    counted: 'passwords',
    name: 'login',
    ofDomain: "substr(login, -length(?1) - 1) = '@' || ?1",
    ofPerson: 'login = ?1',
  },
  {
    table: 'dkim_keys',
    columns: [
      ...['domain', 'selector', 'algorithm', 'private_key', 'public_key', 'state'],
      ...['made_at', 'made_by', 'active_at', 'retired_at', 'checked_at'],
    ],
    counted: 'keys',
    name: 'domain',
    ofDomain: 'domain = ?1',
    ofPerson: null,
  },
]

/** Settings of people are in their own row, which goes by itself. */
const settings: Place = {
  table: 'users',
  columns: ['settings'],
  name: 'users.address',
  ofDomain: "domain = ?1 AND settings <> '{}'",
  ofPerson: "address = ?1 AND settings <> '{}'",
}

const nothing: Ended = { rules: 0, senders: 0, passwords: 0, keys: 0 }

/**
 * Takes out of force what stands at a domain, its groups and its people, and puts it aside. Comes before they are
 * removed: whose they are is looked up.
 */
export function leaveDomain(statements: Statements, domain: string, at: number): Ended {
  // What was left there before is not what comes back with this domain.
  statements.run('DELETE FROM left_behind WHERE domain = ?', domain)
  return leave(statements, { name: domain, domain, at }, ({ ofDomain }) => ofDomain)
}

/** The same for addresses. */
export function leavePeople(statements: Statements, addresses: readonly string[], at: number): Ended {
  const ended = { ...nothing }
  for (const address of addresses) {
    statements.run('DELETE FROM left_behind WHERE name = ?', address)
    const domain = address.slice(address.lastIndexOf('@') + 1)
    const his = leave(statements, { name: address, domain, at }, ({ ofPerson }) => ofPerson)
    for (const kind of Object.keys(ended) as (keyof Ended)[]) ended[kind] += his[kind]
  }
  return ended
}

/** Takes away what stands at a domain that is new, its groups and people: it would be of somebody who had it before. */
export function clearDomain(statements: Statements, domain: string): void {
  clear(statements, domain, ({ ofDomain }) => ofDomain)
}

/** The same for an address. */
export function clearPerson(statements: Statements, address: string): void {
  clear(statements, address, ({ ofPerson }) => ofPerson)
}

type ConditionOf = (place: Place) => string | null

function leave(
  statements: Statements,
  { name, domain, at }: { readonly name: string; readonly domain: string; readonly at: number },
  conditionOf: ConditionOf,
): Ended {
  for (const place of [settings, ...places]) {
    const condition = conditionOf(place)
    if (condition === null) continue
    statements.run(
      `INSERT INTO left_behind (name, domain, tenant, at, made_by, place, row)
       SELECT ${place.name}, ?2, (SELECT tenant FROM domains WHERE name = ?2), ?3,
         (SELECT ${makerOf} FROM sync_people s WHERE s.address = ${place.name}), ?4, json_object(${pairs(place)})
       FROM ${place.table} WHERE ${condition} AND EXISTS (SELECT 1 FROM domains WHERE name = ?2)`,
      ...[name, domain, at, place.table],
    )
  }
  return clear(statements, name, conditionOf)
}

function clear(statements: Statements, name: string, conditionOf: ConditionOf): Ended {
  const ended = { ...nothing }
  for (const place of places) {
    const condition = conditionOf(place)
    if (condition === null) continue
    if (place.table === 'rules')
      statements.run(
        `DELETE FROM rule_skips WHERE rule_id IN (SELECT id FROM rules WHERE ${condition})`,
        name,
      )
    ended[place.counted] += statements.run(`DELETE FROM ${place.table} WHERE ${condition}`, name)
  }
  return ended
}

/**
 * Puts in force again what stood at domains or people that have come back, where the domain is still of the tenant that
 * it was of. Answers how many rows.
 * @param madeBy only of whom this source had made, by what it calls him: another may have his address by now
 */
export function takeBack(
  statements: Statements,
  names: readonly string[],
  madeBy: { readonly source: string; readonly externalId: string } | null,
): number {
  let rows = 0
  for (const name of names) {
    const values = [name, madeBy && `${madeBy.source} ${madeBy.externalId}`] as const
    if (!statements.get(`SELECT 1 FROM left_behind l WHERE ${isBack} LIMIT 1`, ...values)) continue
    for (const { table, columns } of places)
      rows += statements.run(
        `INSERT OR IGNORE INTO ${table} (${columns.join(', ')})
         SELECT ${columns.map((each) => `json_extract(l.row, '$.${each}')`).join(', ')}
         FROM left_behind l WHERE ${isBack} AND l.place = '${table}'`,
        ...values,
      )
    rows += statements.run(
      `UPDATE users SET settings = json_extract(l.row, '$.settings') FROM left_behind l
       WHERE ${isBack} AND l.place = 'users' AND users.address = l.name`,
      ...values,
    )
    statements.run(`DELETE FROM left_behind AS l WHERE ${isBack}`, ...values)
  }
  return rows
}

/** Forgets what was left before a moment, but not of domains whose loss waits to be confirmed. */
export function forgetLeft(statements: Statements, before: number, held: readonly string[]): number {
  return statements.run(
    'DELETE FROM left_behind WHERE at < ? AND domain NOT IN (SELECT value FROM json_each(?))',
    before,
    JSON.stringify(held),
  )
}

const makerOf = "s.source || ' ' || s.external_id"
/** What a name has left, and may have again: ?1 the name, ?2 who made him, where that matters. */
const isBack = `l.name = ?1 AND (?2 IS NULL OR l.made_by = ?2)
  AND l.tenant = (SELECT tenant FROM domains WHERE name = l.domain)`

function pairs({ columns }: Place): string {
  return columns.map((each) => `'${each}', ${each}`).join(', ')
}
