import type { SQLInputValue } from 'node:sqlite'
import { firstIdAt, longestSessionMs } from '#ground/platform/ids.ts'
import type { Reach, TraceQuery } from '#services/ledger/ledger-store.ts'
import { type Met, ofPeople } from './people-conditions.ts'

/** A part of a WHERE clause with its values. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

/** Which end of a message an address is looked for at: each has its own index, in the order of the list. */
export type End = 'sender' | 'recipient'

/** The second half repeats the condition of the partial index: only then does SQLite use it. */
export function byHeaderId(id: string): Condition {
  return {
    sql: "header_message_id IN (?, ?) AND header_message_id <> ''",
    values: [id, `<${id.replace(/^<|>$/g, '')}>`],
  }
}

/** Conditions that messages and refusals share; `time` is the column of the moment. */
export function sharedConditions(query: TraceQuery, time: string): Condition[] {
  return [
    ...given(query.subject, (subject) => ({
      sql: "subject LIKE ? ESCAPE '\\'",
      values: [`%${subject.replace(/[\\%_]/g, '\\$&')}%`],
    })),
    // Ids sort by time and are the key, so bounds on them spare a walk through the whole table.
    ...given(query.since, (since) => ({
      sql: `${time} >= ? AND id >= ?`,
      values: [since, firstIdAt(since - longestSessionMs)],
    })),
    ...given(query.until, (until) => ({
      sql: `${time} <= ? AND id <= ?`,
      values: [until, firstIdAt(until + longestSessionMs)],
    })),
  ]
}

/**
 * Deliveries (`d`, of the message `s`, or as `message` names it) that somebody may see.
 * @param met whether many deliveries are held against it, or the few of a message
 */
export function deliveryWithin({ tenants, domains }: Reach, message = 's', met: Met = 'few'): Condition {
  const ours = `d.tenant IN (SELECT value FROM json_each(?))`
  if (domains === null) return { sql: ours, values: [JSON.stringify(tenants)] }
  // The end of ours is the sender where mail leaves, else the recipient.
  const end = (of: (address: string) => string) =>
    `CASE d.direction WHEN 'outbound' THEN ${of(`${message}.mail_from`)} ELSE ${of('d.rcpt_to')} END`
  return both(ours, tenants, atNames(domains, end, met))
}

/**
 * Refusals that somebody may see: they are filed by the tenant of their recipients, and one of these has to be his.
 * @param conditionsOf what else holds of that recipient, whose address stands in a column
 */
export function refusalWithin(
  { tenants, domains }: Reach,
  conditionsOf: (address: string) => readonly Condition[] = () => [],
): Condition {
  const ours = 'tenant IN (SELECT value FROM json_each(?))'
  const { sql, values } = someRecipient((address) => [
    ...conditionsOf(address),
    ...(domains === null ? [] : [atNames(domains, (of) => of(address))]),
  ])
  return { sql: `${ours} AND ${sql}`, values: [JSON.stringify(tenants), ...values] }
}

/** Refusals that one recipient is so of: a line may name several (see recipient-list.ts). */
export function someRecipient(conditionsOf: (address: string) => readonly Condition[]): Condition {
  const [only, each] = [conditionsOf('rcpt_to'), conditionsOf('r.value')]
  const list = `'[' || replace(json_quote(rcpt_to), ', ', '","') || ']'`
  return {
    sql: `iif(instr(rcpt_to, ',') = 0, ${join(only)}, EXISTS (SELECT 1 FROM json_each(${list}) r WHERE ${join(each)}))`,
    values: [...only, ...each].flatMap((condition) => condition.values),
  }
}

/** Rows that somebody may see, by the columns of their tenant and of its address. */
export function rowWithin({ tenants, domains }: Reach, tenant: string, address: string): Condition {
  const ours = `${tenant} IN (SELECT value FROM json_each(?))`
  if (domains === null) return { sql: ours, values: [JSON.stringify(tenants)] }
  return both(
    ours,
    tenants,
    atNames(domains, (of) => of(address)),
  )
}

function both(ours: string, tenants: readonly string[], { sql, values }: Condition): Condition {
  return { sql: `${ours} AND ${sql}`, values: [JSON.stringify(tenants), ...values] }
}

/** What is at domains, or at addresses of groups and people, that a reach names. */
function atNames(
  names: readonly string[],
  end: (of: (address: string) => string) => string,
  met: Met = 'few',
): Condition {
  const atDomains = `${end(domainOf)} IN (SELECT value FROM json_each(?))`
  const atPeople = ofPeople(
    names,
    end((address) => address),
    met,
  )
  const values = [JSON.stringify(names)]
  if (atPeople === null) return { sql: atDomains, values }
  return { sql: `(${atDomains} OR ${atPeople.sql})`, values: [...values, ...atPeople.values] }
}

/** The domain of an address in a column, in lower case. */
export const domainOf = (address: string): string =>
  `lower(replace(${address}, rtrim(${address}, replace(${address}, '@', '')), ''))`

/** The condition for a value, where the value is given. */
export function given<Value>(value: Value | undefined, condition: (value: Value) => Condition): Condition[] {
  return value === undefined ? [] : [condition(value)]
}

/** All conditions as one text. */
export function join(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '1' : conditions.map((each) => each.sql).join(' AND ')
}
