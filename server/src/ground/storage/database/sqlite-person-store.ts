import type {
  ErasedAddress,
  PersonRecord,
  PersonRecordKind,
  PersonStore,
  Tenants,
} from '#services/person/person-store.ts'
import { eraseMail } from './person-mail.ts'
import { condition, eraseFrom, type Naming, naming, ofTenants, type Place, places } from './person-places.ts'
import { eraseLines, listSynced } from './person-sync.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

const open = "d.state IN ('waiting', 'held', 'quarantined')"

/** Tables that are only listed: mail, which erasing treats apart, and the directory, which removing people empties. */
const listed: readonly Place[] = [
  { kind: 'directory', table: 'users', key: 'address', column: 'address', isHis: false },
  { kind: 'directory', table: 'users', key: 'address', column: 'owner', isHis: false },
  { kind: 'directory', table: 'group_members', key: 'group_id', column: 'address', isHis: false },
  { kind: 'received', table: 'deliveries', key: 'message_id', column: 'rcpt_to', isHis: false },
  { kind: 'sent', table: 'messages', key: 'id', column: 'mail_from', isHis: false },
  { kind: 'refused', table: 'refusals', key: 'id', column: 'rcpt_to', isHis: false },
  { kind: 'refused', table: 'refusals', key: 'id', column: 'mail_from', isHis: false },
]

/** Columns that hold secrets or only serve the program. */
const kept = new Set(['hash', 'code_hash', 'edits', 'lease_owner', 'inspection_owner', 'row'])

/** What is kept about a person, on SQLite. */
export class SqlitePersonStore implements Synchronous<PersonStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  addressesOf(owner: string): string[] {
    const sql = 'SELECT address FROM users WHERE owner = ? ORDER BY address'
    return this.#statements.all<{ address: string }>(sql, owner).map(({ address }) => address)
  }

  list(
    addresses: readonly string[],
    kind: PersonRecordKind,
    after: string,
    limit: number,
    tenants: Tenants,
  ): { records: PersonRecord[]; next: string | null } {
    if (kind === 'source') {
      const { records, next } = listSynced(this.#statements, addresses, after, limit)
      const within = this.#sourcesOf(tenants)
      const mine = records.filter(({ source }) => within === null || within.has(String(source)))
      return { records: mine.map((data) => ({ kind, data })), next }
    }
    const tables = tablesOf(kind)
    const [table = '0', skip = '0'] = after.split(':')
    const place = tables[Number(table)]
    if (!place) return { records: [], next: null }
    const { sql, values } = onlyHere(place, tables.slice(0, Number(table)), addresses, tenants)
    const rows = this.#statements.all<Record<string, unknown>>(
      `SELECT * FROM ${place.table} WHERE ${sql} ORDER BY ${place.key} LIMIT ${limit} OFFSET ?`,
      ...values,
      Number(skip),
    )
    const next =
      rows.length === limit
        ? `${table}:${Number(skip) + limit}`
        : Number(table) + 1 < tables.length
          ? `${Number(table) + 1}:0`
          : null
    return { records: rows.map((row) => ({ kind, data: dataOf(place, row) })), next }
  }

  count(addresses: readonly string[], kind: PersonRecordKind, tenants: Tenants): number {
    const tables = kind === 'source' ? [] : tablesOf(kind)
    return tables.reduce((sum, place, at) => {
      const { sql, values } = onlyHere(place, tables.slice(0, at), addresses, tenants)
      const counted = `SELECT count(*) AS n FROM ${place.table} WHERE ${sql}`
      return sum + (this.#statements.get<{ n: number }>(counted, ...values)?.n ?? 0)
    }, 0)
  }

  erase(addresses: readonly ErasedAddress[], limit: number, tenants: Tenants): number {
    let done = eraseMail(this.#statements, addresses, limit, tenants)
    for (const place of places) done += eraseFrom(place, this.#statements, addresses, limit, tenants)
    return done
  }

  eraseLines(lines: readonly (readonly [string, number])[]): number {
    return eraseLines(this.#statements, lines)
  }

  countOpen(addresses: readonly string[], tenants: Tenants): number {
    const within = tenants === null ? '1' : 'd.tenant IN (SELECT value FROM json_each(?))'
    const reach = tenants === null ? [] : [JSON.stringify(tenants)]
    const [to, from] = [naming('d.rcpt_to', addresses), naming('m.mail_from', addresses)]
    const received = this.#statements.get<{ n: number }>(
      `SELECT count(*) AS n FROM deliveries d WHERE ${to.sql} AND ${open} AND ${within}`,
      ...to.values,
      ...reach,
    )
    const sent = this.#statements.get<{ n: number }>(
      `SELECT count(*) AS n FROM messages m JOIN deliveries d ON d.message_id = m.id WHERE ${from.sql} AND ${open} AND ${within}`,
      ...from.values,
      ...reach,
    )
    return (received?.n ?? 0) + (sent?.n ?? 0)
  }

  /** Sources of people of some tenants; null: all. */
  #sourcesOf(tenants: Tenants): ReadonlySet<string> | null {
    if (tenants === null) return null
    const sql = 'SELECT id FROM sync_sources WHERE tenant IN (SELECT value FROM json_each(?))'
    const rows = this.#statements.all<{ id: string }>(sql, JSON.stringify(tenants))
    return new Set(rows.map(({ id }) => id))
  }
}

const tablesOf = (kind: PersonRecordKind) => [...listed, ...places].filter((each) => each.kind === kind)

/**
 * What one column finds within tenants and no column before it has found: who is named twice in a record is handed it
 * out once.
 */
function onlyHere(
  place: Place,
  before: readonly Place[],
  addresses: readonly string[],
  tenants: Tenants,
): Naming {
  const [here, within] = [condition(place, addresses), ofTenants(place.table, tenants)]
  const found = before.filter((each) => each.table === place.table).map((each) => condition(each, addresses))
  return {
    sql: [here.sql, within.sql, ...found.map(({ sql }) => `NOT ifnull(${sql}, 0)`)].join(' AND '),
    values: [here, within, ...found].flatMap(({ values }) => values),
  }
}

function dataOf({ table }: Place, row: Record<string, unknown>): Record<string, unknown> {
  return { table, ...Object.fromEntries(Object.entries(row).filter(([name]) => !kept.has(name))) }
}
