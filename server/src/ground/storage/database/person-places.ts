import type { ErasedAddress, PersonRecordKind } from '#services/person/person-store.ts'
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
): number {
  const { table, key, column, isHis } = place
  let done = 0
  for (const { address, pseudonym } of addresses) {
    const { sql, values } = condition(place, [address])
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
