import { createHash } from 'node:crypto'
import { plainAddress } from '#ground/mail/plain-address.ts'
import { readRecipientList } from '#ground/platform/recipient-list.ts'
import type { RefusedGathered, RefusedPerson, RefusedRead } from '#services/statistics/refused-store.ts'
import type { Statements } from './statements.ts'

const dayMs = 86_400_000

/** What stands for an address in the table: the row of a refusal says whose it is, so that two of the same number do no harm. */
export function personOf(plain: string): number {
  return createHash('sha256').update(plain).digest().readUIntBE(0, 6)
}

export const dayOf = (at: number) => Math.floor(at / dayMs) * dayMs

/** How far the table is filled, and how far refusals are written. */
export function readRefusedPosition(statements: Statements): RefusedRead {
  const filled = statements.get<{ line: number }>('SELECT line FROM refused_people_position WHERE id = 1')
  const last = statements.get<{ line: number | null }>('SELECT max(seq) AS line FROM refusal_log')?.line ?? 0
  // Where all refusals have been let go of, their numbers begin anew.
  return { line: Math.min(filled?.line ?? 0, last), last }
}

/** Reads on in the order of writing; nothing is written. A refusal is never cut, so there may be some more than `limit`. */
export function gatherRefused(statements: Statements, limit: number): RefusedGathered {
  const { line: from } = readRefusedPosition(statements)
  const rows = statements.all<{ line: number; id: string | null; at: number; rcptTo: string }>(
    `SELECT l.seq AS line, r.id, r.at, r.rcpt_to AS rcptTo FROM refusal_log l
     LEFT JOIN refusals r ON r.id = l.id AND r.tenant <> '' AND instr(r.rcpt_to, ',') > 0
     WHERE l.seq > ? ORDER BY l.seq LIMIT ?`,
    from,
    limit,
  )
  const people: RefusedPerson[] = []
  const read: RefusedGathered['read'][number][] = []
  let to = from
  for (const { line, id, at, rcptTo } of rows) {
    if (people.length >= limit) break
    to = line
    if (id === null) continue
    read.push({ id, rcptTo })
    const persons = new Set(readRecipientList(rcptTo).map((each) => personOf(plainAddress(each))))
    for (const person of persons) people.push({ day: dayOf(at), person, id, line })
  }
  return { from, to, people, read, more: rows.length === limit || to !== (rows.at(-1)?.line ?? from) }
}

/**
 * Adds what was gathered; false: somebody else has gone on from there, or a refusal names others by now. Who was erased after
 * it was read would be found by his address again: erasing takes out what is in the table then.
 */
export function addRefused(statements: Statements, { from, to, people, read }: RefusedGathered): boolean {
  if (readRefusedPosition(statements).line !== from) return false
  const changed = statements.get(
    `SELECT 1 FROM json_each(?) j CROSS JOIN refusals r ON r.id = j.value ->> 'id'
     WHERE r.rcpt_to <> j.value ->> 'rcptTo' LIMIT 1`,
    JSON.stringify(read),
  )
  if (changed !== undefined) return false
  statements.run(
    `INSERT OR IGNORE INTO refused_people (day, person, id, line)
     SELECT value ->> 'day', value ->> 'person', value ->> 'id', value ->> 'line' FROM json_each(?)`,
    JSON.stringify(people),
  )
  statements.run('INSERT OR REPLACE INTO refused_people_position (id, line) VALUES (1, ?)', to)
  return true
}

/** Lets go of days before. */
export function forgetRefusedPeople(statements: Statements, before: number, limit: number): number {
  return statements.run(
    `DELETE FROM refused_people WHERE (day, person, id) IN (
       SELECT day, person, id FROM refused_people WHERE day < ? LIMIT ?)`,
    dayOf(before),
    limit,
  )
}

/** A refusal is not found by this address any more. @param at when it was (ms) */
export function forgetRefused(statements: Statements, at: number, address: string, id: string): void {
  const person = personOf(plainAddress(address))
  statements.run('DELETE FROM refused_people WHERE day = ? AND person = ? AND id = ?', dayOf(at), person, id)
}
