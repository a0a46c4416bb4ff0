import { mostKeys, mostPasswords, mostRules } from '#ground/platform/most-kept.ts'
import type { Ended, OverLimit, TakenBack } from '#services/directory/directory-store.ts'
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
  /** Rows of the group ?1, by its id; none: groups have none. */
  readonly ofGroup?: string
  /** What a column has when the row comes back, where that is not what it was. */
  readonly back?: Readonly<Record<string, string>>
  /** How many may be in one place; none: as many as come. */
  readonly limit?: Limit
}

interface Limit {
  readonly what: OverLimit['what']
  readonly most: number
  /** The column that says where a row belongs. */
  readonly within: string
  /** The columns by which the table knows a row: none comes back where one by the same is there. */
  readonly key: readonly string[]
  /** What a row `l.row` is called. */
  readonly called: string
  /** What switches a row off that is one too many; null: such rows have no switch, and stay aside. */
  readonly off: Readonly<Record<string, string>> | null
}

// No LIKE: a name may hold its wildcards. All of it is found by the index: the store stands still meanwhile. What has no
// person in the directory is in force for nobody, and goes when somebody comes by that name.
const atLevels = {
  name: "iif(substr(scope, 1, 5) = 'user:', substr(scope, 6), ?1)",
  ofDomain: `(scope = 'domain:' || ?1 OR (scope >= 'group:' || ?1 || '/' AND scope < 'group:' || ?1 || '0')
    OR scope IN (SELECT 'user:' || address FROM users WHERE domain = ?1))`,
  ofPerson: "scope = 'user:' || ?1",
  ofGroup: "scope = 'group:' || ?1",
}

const places: readonly (Place & { readonly counted: keyof Ended })[] = [
  {
    table: 'rules',
    columns: [
      ...['id', 'scope', 'position', 'enabled', 'locked'],
      ...['owner', 'changed_at', 'changed_by', 'paused', 'rule'],
    ],
    counted: 'rules',
    limit: {
      ...{ what: 'rule', most: mostRules, within: 'scope', key: ['id'] },
      called: "json_extract(json_extract(l.row, '$.rule'), '$.name')",
      off: { enabled: '0' },
    },
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
    limit: {
      ...{ what: 'password', most: mostPasswords, within: 'login', key: ['id'] },
      ...{ called: "json_extract(l.row, '$.name')", off: null },
    },
    name: 'login',
    ofDomain: 'login IN (SELECT address FROM users WHERE domain = ?1)',
    ofPerson: 'login = ?1',
  },
  {
    table: 'dkim_keys',
    columns: [
      ...['domain', 'selector', 'algorithm', 'private_key', 'public_key', 'state'],
      ...['made_at', 'made_by', 'active_at', 'retired_at', 'checked_at'],
    ],
    counted: 'keys',
    limit: {
      ...{ what: 'key', most: mostKeys, within: 'domain', key: ['domain', 'selector'] },
      ...{ called: "json_extract(l.row, '$.selector')", off: null },
    },
    name: 'domain',
    ofDomain: 'domain = ?1',
    ofPerson: null,
    // One that has come meanwhile signs already; this one signs when its record is found.
    back: {
      state: `iif(json_extract(l.row, '$.state') = 'active' AND EXISTS (SELECT 1 FROM dkim_keys k WHERE k.domain = l.name
        AND k.algorithm = json_extract(l.row, '$.algorithm') AND k.state = 'active'), 'waiting', json_extract(l.row, '$.state'))`,
    },
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
  const ended = leave(statements, { name: domain, domain, at }, ({ ofDomain }) => ofDomain)
  // What another tenant has left does not come back with this domain.
  statements.run(
    'DELETE FROM left_behind WHERE domain = ?1 AND tenant <> (SELECT tenant FROM domains WHERE name = ?1)',
    domain,
  )
  return ended
}

/** The same for addresses. */
export function leavePeople(statements: Statements, addresses: readonly string[], at: number): Ended {
  const ended = { ...nothing }
  for (const address of addresses) {
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

/** Takes away what stands at a group that goes. Answers how many rows. */
export function clearGroup(statements: Statements, id: string): number {
  const ended = clear(statements, id, ({ ofGroup = null }) => ofGroup)
  return ended.rules + ended.senders
}

type ConditionOf = (place: Place) => string | null

function leave(
  statements: Statements,
  { name, domain, at }: { readonly name: string; readonly domain: string; readonly at: number },
  conditionOf: ConditionOf,
): Ended {
  const before = statements.get<{ id: number | null }>('SELECT max(id) AS id FROM left_behind')?.id ?? 0
  const left = new Set<string>()
  for (const place of [settings, ...places]) {
    const condition = conditionOf(place)
    if (condition === null) continue
    const rows = statements.all<{ name: string }>(
      `INSERT INTO left_behind (name, domain, tenant, at, made_by, place, row)
       SELECT ${place.name}, ?2, (SELECT tenant FROM domains WHERE name = ?2), ?3,
         (SELECT ${makerOf} FROM sync_people s WHERE s.address = ${place.name}), ?4, json_object(${pairs(place)})
       FROM ${place.table} WHERE ${condition} AND EXISTS (SELECT 1 FROM domains WHERE name = ?2) RETURNING name`,
      ...[name, domain, at, place.table],
    )
    for (const row of rows) left.add(row.name)
  }
  // Of a name the last removal comes back, and one that took nothing away leaves what was there.
  for (const each of left) statements.run('DELETE FROM left_behind WHERE name = ? AND id <= ?', each, before)
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
 * it was of.
 * @param madeBy only of whom this source had made, by what it calls him: another may have his address by now
 */
export function takeBack(
  statements: Statements,
  names: readonly string[],
  madeBy: { readonly source: string; readonly externalId: string } | null,
): TakenBack {
  let rows = 0
  const over: OverLimit[] = []
  for (const name of names) {
    const left = statements.all<{ id: number; place: string }>(
      `SELECT l.id, l.place FROM left_behind l WHERE ${isBack} ORDER BY l.id`,
      name,
      madeBy && `${madeBy.source} ${madeBy.externalId}`,
    )
    for (const { id, place: table } of left) {
      const place = places.find((each) => each.table === table)
      const tooMany = place ? overLimit(statements, place, id) : null
      if (tooMany?.became === 'aside') over.push(tooMany)
      // What gives way to something newer stays aside for its time.
      if (tooMany?.became === 'aside' || putBack(statements, place, id, tooMany !== null) === 0) continue
      if (tooMany) over.push(tooMany)
      statements.run('DELETE FROM left_behind WHERE id = ?', id)
      rows += 1
    }
  }
  return { rows, over }
}

/** What becomes of a row where there are as many as may be; null: there is room, or something newer is in its place. */
function overLimit(statements: Statements, { table, limit }: Place, id: number): OverLimit | null {
  if (!limit) return null
  const { what, most, within, key, called, off } = limit
  const isSame = key.map((each) => `t.${each} = json_extract(l.row, '$.${each}')`).join(' AND ')
  const found = statements.get<{ place: string; name: string | null; there: number; isTaken: number }>(
    `SELECT json_extract(l.row, '$.${within}') AS place, ${called} AS name,
       EXISTS (SELECT 1 FROM ${table} t WHERE ${isSame}) AS isTaken,
       (SELECT count(*) FROM ${table} WHERE ${within} = json_extract(l.row, '$.${within}')) AS there
     FROM left_behind l WHERE l.id = ?`,
    id,
  )
  if (!found || found.isTaken === 1 || found.there < most) return null
  return { what, at: found.place, name: found.name ?? '', became: off ? 'off' : 'aside' }
}

/**
 * Puts one row where it was, unless something newer is there. Answers how many rows that changed.
 * @param place undefined: it is settings of a person
 * @param isOff whether it comes back switched off
 */
function putBack(statements: Statements, place: Place | undefined, id: number, isOff: boolean): number {
  if (!place)
    return statements.run(
      `UPDATE users SET settings = json_extract(l.row, '$.settings') FROM left_behind l
       WHERE l.id = ? AND users.address = l.name AND users.settings = '{}'`,
      id,
    )
  const { table, columns } = place
  const back = { ...place.back, ...(isOff && place.limit?.off) }
  return statements.run(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')})
     SELECT ${columns.map((each) => back?.[each] ?? `json_extract(l.row, '$.${each}')`).join(', ')}
     FROM left_behind l WHERE l.id = ?`,
    id,
  )
}

/**
 * Names of a domain, its own or of people, that are there again and have left something: in order, behind one. Not whom
 * a source now calls somebody else.
 */
export function backWithLeft(statements: Statements, domain: string, after: string, limit: number): string[] {
  return statements
    .all<{ name: string }>(
      `SELECT DISTINCT l.name FROM left_behind l
       WHERE l.domain = ?1 AND l.name > ?2 AND (l.name = ?1 OR l.name IN (SELECT address FROM users))
         AND (l.made_by IS NULL OR NOT EXISTS
           (SELECT 1 FROM sync_people s WHERE s.address = l.name AND ${makerOf} <> l.made_by))
       ORDER BY l.name LIMIT ?3`,
      ...[domain, after, limit],
    )
    .map(({ name }) => name)
}

/** Counts what was left at domains as left at this moment. */
export function renewLeft(statements: Statements, domains: readonly string[], at: number): void {
  for (const domain of domains) statements.run('UPDATE left_behind SET at = ? WHERE domain = ?', at, domain)
}

/** What a domain that moves has left comes back with its new tenant. */
export function moveLeft(statements: Statements, domain: string, from: string, to: string): void {
  statements.run('UPDATE left_behind SET tenant = ? WHERE domain = ? AND tenant = ?', to, domain, from)
}

/** Whether there is anything that `forgetLeft` would forget. */
export function mayForgetLeft(statements: Statements, before: number, held: readonly string[]): boolean {
  const sql = `SELECT 1 FROM left_behind WHERE ${isForgotten} LIMIT 1`
  return statements.get(sql, before, JSON.stringify(held)) !== undefined
}

/** Forgets some of what was left before a moment, but not of domains whose loss waits to be confirmed. */
export function forgetLeft(statements: Statements, before: number, held: readonly string[]): number {
  return statements.run(
    `DELETE FROM left_behind WHERE id IN (SELECT id FROM left_behind WHERE ${isForgotten} LIMIT ${atOnce})`,
    before,
    JSON.stringify(held),
  )
}

const isForgotten = 'at < ? AND domain NOT IN (SELECT value FROM json_each(?))'
/** Rows that are forgotten in one step: milliseconds, in which nobody else writes. */
const atOnce = 1000

const makerOf = "s.source || ' ' || s.external_id"
/** What a name has left, and may have again: ?1 the name, ?2 who made him, where that matters. */
const isBack = `l.name = ?1 AND (?2 IS NULL OR l.made_by = ?2)
  AND l.tenant = (SELECT tenant FROM domains WHERE name = l.domain)`

function pairs({ columns }: Place): string {
  return columns.map((each) => `'${each}', ${each}`).join(', ')
}
