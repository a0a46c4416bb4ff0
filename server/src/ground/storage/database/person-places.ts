import type { ErasedAddress, PersonRecordKind, Tenants } from '#services/person/person-store.ts'
import type { Statements } from './statements.ts'

/** A statement's condition that a column names one of a person's addresses, with or without a +tag, and its values. */
export interface Naming {
  readonly sql: string
  readonly values: readonly string[]
}

/**
 * Names an address by ranges, which an index without regard to case can answer. Tags follow the local part behind `+`;
 * what the range has beside them is left out by its end.
 */
export function naming(column: string, addresses: readonly string[]): Naming {
  const values: string[] = []
  const parts = addresses.map((address) => {
    const at = address.lastIndexOf('@')
    const [local, end] = [address.slice(0, at), address.slice(at)]
    values.push(address, `${local}+`, `${local},`, end)
    return `(${column} = ? COLLATE NOCASE OR (${column} > ? COLLATE NOCASE AND ${column} < ? COLLATE NOCASE AND lower(substr(${column}, ${-end.length})) = ?))`
  })
  return { sql: `(${parts.join(' OR ')})`, values }
}

/** Where a person's own records lie, each table by the column that names him. */
export interface Place {
  readonly kind: PersonRecordKind
  readonly table: string
  /** Orders the records and marks the place of the next page. */
  readonly key: string
  readonly column: string
  /** How addresses stand in the column. */
  readonly as?: (address: string) => string
  /** Deleted as a whole, since it is his alone; else the column gets a pseudonym. */
  readonly isHis: boolean
}

const userScope = (address: string) => `user:${address}`

/** What is found by one column. Mail itself is in person-mail.ts. */
export const places: readonly Place[] = [
  { kind: 'reported', table: 'reports', key: 'id', column: 'reporter', isHis: false },
  { kind: 'reported', table: 'report_answers', key: 'report', column: 'reporter', isHis: false },
  { kind: 'reported', table: 'reports', key: 'id', column: 'rcpt_to', isHis: false },
  { kind: 'correspondent', table: 'acquaintances', key: 'id', column: 'rcpt_to', isHis: true },
  { kind: 'correspondent', table: 'acquaintances', key: 'id', column: 'author', isHis: true },
  { kind: 'correspondent', table: 'suppressions', key: 'id', column: 'address', isHis: true },
  { kind: 'list', table: 'sender_lists', key: 'entry', column: 'scope', as: userScope, isHis: true },
  { kind: 'rule', table: 'rules', key: 'id', column: 'scope', as: userScope, isHis: true },
  { kind: 'list', table: 'left_behind', key: 'id', column: 'name', isHis: true },
  { kind: 'change', table: 'policy_versions', key: 'version', column: 'scope', as: userScope, isHis: true },
  { kind: 'review', table: 'review_people', key: 'address', column: 'address', isHis: true },
  { kind: 'review', table: 'review_mail', key: 'message_id', column: 'address', isHis: true },
  { kind: 'review', table: 'review_links', key: 'hash', column: 'address', isHis: true },
  { kind: 'review', table: 'review_sessions', key: 'hash', column: 'address', isHis: true },
  { kind: 'held', table: 'held_mail', key: 'message_id', column: 'sender', isHis: false },
  { kind: 'held', table: 'sending_people', key: 'sender', column: 'sender', isHis: true },
  { kind: 'held', table: 'sending_hours', key: 'sender', column: 'sender', isHis: true },
  { kind: 'held', table: 'sending_slots', key: 'sender', column: 'sender', isHis: true },
  { kind: 'request', table: 'release_requests', key: 'id', column: 'person', isHis: false },
  { kind: 'request', table: 'release_requests', key: 'id', column: 'rcpt_to', isHis: false },
]

/** Tables that say no tenant: what is there is of the person alone. */
const hisAlone: ReadonlySet<string> = new Set([
  'users',
  'group_members',
  'sender_lists',
  'rules',
  'sending_hours',
])

/** Condition that a row of a table belongs to one of some tenants, or to the person alone; null: all of the site. */
export function ofTenants(table: string, tenants: Tenants): Naming {
  if (tenants === null || hisAlone.has(table)) return { sql: '1', values: [] }
  const among = '(SELECT value FROM json_each(?))'
  const sql =
    table === 'messages'
      ? `EXISTS (SELECT 1 FROM deliveries t WHERE t.message_id = messages.id AND t.tenant IN ${among})`
      : table === 'report_answers'
        ? `report IN (SELECT id FROM reports WHERE tenant IN ${among})`
        : `tenant IN ${among}`
  return { sql, values: [JSON.stringify(tenants)] }
}

/** Condition that finds a person's records in a place. */
export function condition({ column, as }: Place, addresses: readonly string[]): Naming {
  if (!as) return naming(column, addresses)
  return { sql: `${column} IN (${addresses.map(() => '?').join(', ')})`, values: addresses.map(as) }
}

/** Takes a person out of one place; answers how many records. */
export function eraseFrom(
  place: Place,
  statements: Statements,
  addresses: readonly ErasedAddress[],
  limit: number,
  tenants: Tenants,
): number {
  const { table, key, column, isHis } = place
  const within = ofTenants(table, tenants)
  let done = 0
  for (const { address, pseudonym } of addresses) {
    const named = condition(place, [address])
    const sql = `${named.sql} AND ${within.sql}`
    const values = [...named.values, ...within.values]
    const some = `${key} IN (SELECT ${key} FROM ${table} WHERE ${sql} LIMIT ${limit})`
    done += isHis
      ? statements.run(`DELETE FROM ${table} WHERE ${sql} AND ${some}`, ...values, ...values)
      : statements.run(
          `UPDATE ${table} SET ${column} = ? WHERE ${sql} AND ${some}`,
          pseudonym,
          ...values,
          ...values,
        )
  }
  return done
}
