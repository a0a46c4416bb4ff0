import { readReachNames } from '#ground/platform/reach-names.ts'
import type { Condition } from './trace-conditions.ts'

/** An address without its tag. */
const plainOf = (own: string) =>
  `iif(instr(${own}, '+') > 1, substr(${own}, 1, instr(${own}, '+') - 1) || substr(${own}, instr(${own}, '@')), ${own})`

/** Whom an address belongs to, as the directory says now: itself where it is listed, else what it is without its tag. */
export const ownerOf = (own: string) =>
  `coalesce((SELECT u.owner FROM users u WHERE u.address = ${own}), (SELECT u.owner FROM users u WHERE u.address = ${plainOf(own)}))`

/** Own addresses of people, by two lists as JSON: addresses, and ids of groups. */
const own = `SELECT address FROM users WHERE kind = 'user' AND address IN (SELECT value FROM json_each(?))
  UNION SELECT address FROM group_members WHERE group_id IN (SELECT value FROM json_each(?))`
/** All addresses of theirs; the two lists are given twice. */
export const addressesOfPeople = `SELECT address FROM (${own})
  UNION ALL SELECT address FROM users WHERE kind = 'alias' AND owner IN (${own})`

/** Which way costs less: to look up each address that is met, or to have a list of all members first. */
export type Met = 'few' | 'many'

/** Addresses of a column that belong to groups and people of a reach. Null: the reach names none. */
export function ofPeople(names: readonly string[], column: string, met: Met = 'few'): Condition | null {
  const { groups, users } = readReachNames(names)
  if (groups.length === 0 && users.length === 0) return null
  const lists = [JSON.stringify(users), JSON.stringify(groups)]
  const from = `FROM (SELECT lower(${column}) AS own) p`
  if (met === 'few')
    return {
      sql: `EXISTS (SELECT 1 FROM (SELECT ${ownerOf('p.own')} AS owner ${from}) o
        WHERE o.owner IN (SELECT value FROM json_each(?))
          OR EXISTS (SELECT 1 FROM group_members g WHERE g.group_id IN (SELECT value FROM json_each(?)) AND g.address = o.owner))`,
      values: lists,
    }
  // SQLite makes each list once for all rows, in 15 ms for 20,000 members; the second one where the first tag is met.
  return {
    sql: `(lower(${column}) IN (${addressesOfPeople}) OR (instr(${column}, '+') > 1 AND EXISTS (SELECT 1 ${from}
      WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.address = p.own) AND ${plainOf('p.own')} IN (${addressesOfPeople}))))`,
    values: [...lists, ...lists, ...lists, ...lists],
  }
}
