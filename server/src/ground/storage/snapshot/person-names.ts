import type { DatabaseSync } from 'node:sqlite'
import { personKeys } from '#ground/mail/person-name.ts'

/** What people are called, and the keys that they are found by. */
export const personNamesSchema = `
CREATE TABLE person_names (address TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE names (key TEXT NOT NULL, address TEXT NOT NULL, domain TEXT NOT NULL, PRIMARY KEY (key, address)) WITHOUT ROWID;
`

/** Keys of whom the snapshot before has under the same name, in the order in which they are kept. */
const sameAsBefore = `
  INSERT INTO person_names SELECT u.address, u.display_name
    FROM live.users u CROSS JOIN old.person_names o ON o.address = u.address AND o.name = u.display_name WHERE u.kind = 'user';
  INSERT INTO names SELECT n.key, n.address, n.domain
    FROM old.names n CROSS JOIN person_names p ON p.address = n.address ORDER BY n.key, n.address;
`

/** People held in memory at a time. */
const atATime = 10_000

/**
 * Fills the names of a new snapshot from the directory (`live`), for telling who plays somebody. What the snapshot
 * before (`old`) has is taken from there: making keys for millions of people would take longer than all the rest.
 * Aliases have no name of their own.
 */
export function addPersonNames(database: DatabaseSync, hasOld: boolean): void {
  if (hasOld && hasPersonNames(database)) database.exec(sameAsBefore)
  const addName = database.prepare('INSERT INTO person_names VALUES (?, ?)')
  const addKey = database.prepare('INSERT INTO names VALUES (?, ?, ?)')
  const unknown = database.prepare(`SELECT address, domain, display_name AS name FROM live.users u
    WHERE address > ? AND kind = 'user' AND display_name <> ''
      AND NOT EXISTS (SELECT 1 FROM person_names p WHERE p.address = u.address) ORDER BY address LIMIT ?`)
  for (let after: string | undefined = ''; after !== undefined; ) {
    const people = unknown.all(after, atATime) as { address: string; domain: string; name: string }[]
    for (const { address, domain, name } of people) {
      addName.run(address, name)
      for (const key of personKeys(name)) addKey.run(key, address, domain)
    }
    after = people.length < atATime ? undefined : people.at(-1)?.address
  }
}

/** A snapshot of an older program has none. */
function hasPersonNames(database: DatabaseSync): boolean {
  return database.prepare(`SELECT 1 FROM old.sqlite_master WHERE name = 'person_names'`).get() !== undefined
}
