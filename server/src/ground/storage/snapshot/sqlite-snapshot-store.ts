import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type {
  PublishRequest,
  Shrink,
  SnapshotDomain,
  SnapshotState,
  SnapshotStore,
} from '#services/directory/snapshot-store.ts'
import type { Synchronous } from '../database/synchronous.ts'
import { keepLonger } from './longer-kept.ts'
import { addPersonNames } from './person-names.ts'
import {
  lostDomainKey,
  readPointer,
  type SnapshotPointer,
  snapshotSchema,
  writePointer,
} from './snapshot-file.ts'

const sqliteBusy = 5
/** Result codes of SQLite: corrupt, not a database; and an error in SQL, here because the table is missing. */
const brokenFile = [11, 26, 1]

/**
 * SnapshotStore as files of their own, beside the database: the gateway reads them without the database,
 * millions of addresses cost it no memory, and a new snapshot is in force with one rename.
 */
export class SqliteSnapshotStore implements Synchronous<SnapshotStore> {
  readonly #folder: string
  readonly #directoryPath: string
  #lock: DatabaseSync | null = null

  /** @param directoryPath the database that holds the directory; opened for reading only */
  constructor(folder: string, directoryPath: string) {
    this.#folder = folder
    this.#directoryPath = directoryPath
    mkdirSync(folder, { recursive: true })
  }

  tryLock(): boolean {
    if (this.#lock !== null) return false
    // A lock of the operating system, which nobody can leave behind.
    const lock = new DatabaseSync(join(this.#folder, 'publish.lock'))
    try {
      lock.exec('BEGIN EXCLUSIVE')
    } catch (cause) {
      lock.close()
      if ((cause as { errcode?: number }).errcode === sqliteBusy) return false
      throw cause
    }
    this.#lock = lock
    return true
  }

  unlock(): void {
    this.#lock?.close()
    this.#lock = null
  }

  state(): SnapshotState | null {
    const pointer = this.#inForce()
    if (!pointer) return null
    return this.#withSnapshot(pointer, (database) => ({
      version: pointer.version,
      checkedAt: pointer.checkedAt,
      domains: (database.prepare('SELECT name FROM domains').all() as { name: string }[]).map(
        (each) => each.name,
      ),
    }))
  }

  compare(graceMs: number, now: number, domain?: string): Shrink[] {
    const pointer = this.#inForce()
    if (!pointer) return []
    return this.#withSnapshot(
      pointer,
      (database) =>
        database
          .prepare(
            `SELECT p.domain AS domain, count(*) AS lost,
         (SELECT count(*) FROM people b WHERE b.domain = p.domain) AS before,
         (SELECT count(*) FROM removed r WHERE r.domain = p.domain AND r.at > ? AND r.address NOT IN (SELECT address FROM live.users)) AS lostBefore
       FROM people p WHERE p.address NOT IN (SELECT address FROM live.users) AND p.domain IN (${stillTheirs(database, 'main', 'live')})${domain === undefined ? '' : ' AND p.domain = ?'}
       GROUP BY p.domain`,
          )
          .all(now - graceMs, ...(domain === undefined ? [] : [domain])) as unknown as Shrink[],
    )
  }

  missing(domain: string, which: 'unconfirmed' | 'known', limit: number): string[] {
    const pointer = this.#inForce()
    if (!pointer) return []
    return this.#withSnapshot(pointer, (database) => {
      const rows = database
        .prepare(
          `SELECT address FROM (SELECT address FROM people WHERE domain = ?1 UNION SELECT address FROM removed WHERE domain = ?1${which === 'known' ? confirmedLately : ''})
           WHERE address NOT IN (SELECT address FROM live.users) AND address <> '@' || ?1
             AND ?1 IN (${stillTheirs(database, 'main', 'live')}) ORDER BY address LIMIT ?2`,
        )
        .all(domain, limit) as { address: string }[]
      return rows.map((each) => each.address)
    })
  }

  lostDomains(): SnapshotDomain[] {
    const pointer = this.#inForce()
    if (!pointer) return []
    return this.#withSnapshot(pointer, (database) => {
      const rows = database
        .prepare(
          `SELECT name, tenant, next_hop AS nextHop, policy FROM domains
           WHERE name NOT IN (SELECT name FROM live.domains) AND tenant IN (SELECT id FROM live.tenants) ORDER BY name`,
        )
        .all() as { name: string; tenant: string; nextHop: string; policy: string }[]
      return rows.map((each) => ({
        ...each,
        policy: JSON.parse(each.policy),
        scopes: [],
      }))
    })
  }

  publish(request: PublishRequest): number {
    const old = this.#inForce()
    const version = (readPointer(this.#folder)?.version ?? 0) + 1
    const file = `directory-${version}.db`
    const path = join(this.#folder, file)
    rmSync(path, { force: true })
    const database = new DatabaseSync(path)
    // What a crash leaves of it is thrown away whole, so nothing has to be rolled back.
    database.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL; ${snapshotSchema}`)
    database.exec(`ATTACH ${quote(`file:${this.#directoryPath}?mode=ro`)} AS live`)
    if (old) database.exec(`ATTACH ${quote(`file:${join(this.#folder, old.file)}?mode=ro`)} AS old`)
    database.exec('BEGIN')
    fill(database, request, old !== null)
    database.exec('INSERT INTO complete VALUES (1); COMMIT')
    database.close()
    writePointer(this.#folder, { version, file, checkedAt: request.at })
    this.#dropOld(version)
    return version
  }

  confirm(now: number): void {
    const pointer = readPointer(this.#folder)
    if (pointer) writePointer(this.#folder, { ...pointer, checkedAt: now })
  }

  /** A file that is lost or broken will not come back by itself; the directory then has to do without a comparison. */
  #inForce(): SnapshotPointer | null {
    const pointer = readPointer(this.#folder)
    if (pointer === null || !existsSync(join(this.#folder, pointer.file))) return null
    const database = new DatabaseSync(join(this.#folder, pointer.file), { readOnly: true })
    try {
      return database.prepare('SELECT yes FROM complete').get() === undefined ? null : pointer
    } catch (cause) {
      if (brokenFile.includes((cause as { errcode?: number }).errcode ?? 0)) return null
      throw cause
    } finally {
      database.close()
    }
  }

  #withSnapshot<Answer>(pointer: SnapshotPointer, work: (database: DatabaseSync) => Answer): Answer {
    const database = new DatabaseSync(join(this.#folder, pointer.file), { readOnly: true })
    try {
      database.exec(`ATTACH ${quote(`file:${this.#directoryPath}?mode=ro`)} AS live`)
      return work(database)
    } finally {
      database.close()
    }
  }

  /** Keeps the one before, for looking back; readers that still have an older one open lose nothing. */
  #dropOld(version: number): void {
    for (const name of readdirSync(this.#folder)) {
      const found = /^directory-(\d+)\.db/.exec(name)
      if (found && Number(found[1]) < version - 1) rmSync(join(this.#folder, name), { force: true })
    }
  }
}

function fill(database: DatabaseSync, request: PublishRequest, hasOld: boolean): void {
  const addDomain = database.prepare(
    'INSERT INTO domains SELECT ?1, ?2, ?3, ?4, (SELECT added_at FROM live.domains WHERE name = ?1)',
  )
  const addScopes = database.prepare('INSERT INTO domain_scopes VALUES (?, ?)')
  for (const each of request.domains) {
    addDomain.run(each.name, each.tenant, each.nextHop, JSON.stringify(each.policy))
    addScopes.run(each.name, JSON.stringify(each.scopes))
  }
  database.exec(wishesOfTenants)
  database.exec('INSERT INTO people SELECT address, domain FROM live.users')
  addPersonNames(database, hasOld)
  const addLost = database.prepare('INSERT INTO lost VALUES (?, ?, ?)')
  for (const name of request.awaited) addLost.run(lostDomainKey(name), name, request.at + request.graceMs)
  if (hasOld) keepPeople(database, request)
  keepLonger(database, request, hasOld)
  database.exec(senders)
}

const confirmedLately = ' UNION SELECT address FROM lost WHERE domain = ?1'

/**
 * Domains that were there before and have their tenant still, or were moved to another with all they have. People of one
 * that was removed are not missed by the tenant who adds it next.
 */
function stillTheirs(database: DatabaseSync, before: 'main' | 'old', now: 'live' | 'main'): string {
  // A file of an older version does not say when its domains were added.
  const saysWhen = database
    .prepare("SELECT 1 FROM pragma_table_info('domains', ?) WHERE name = 'added_at'")
    .get(before)
  const isSame = saysWhen ? '(b.tenant = n.tenant OR b.added_at = n.added_at)' : 'b.tenant = n.tenant'
  return `SELECT n.name FROM ${now}.domains n JOIN ${before}.domains b ON b.name = n.name AND ${isSame}`
}

/** People whose loss is not confirmed yet, and those that are remembered as lost. */
function keepPeople(database: DatabaseSync, request: PublishRequest): void {
  const isHeld = `domain IN (SELECT value FROM json_each(${quote(JSON.stringify(request.held))}))`
  const isConfirmed = `domain IN (SELECT value FROM json_each(${quote(JSON.stringify(request.confirmed))}))`
  const since = request.at - request.graceMs
  const gone = `address NOT IN (SELECT address FROM live.users) AND domain IN (${stillTheirs(database, 'old', 'main')})`
  const isAway = `domain NOT IN (SELECT name FROM domains)`
  database.exec(`
    INSERT OR IGNORE INTO people SELECT address, domain FROM old.people WHERE ${gone} AND ${isHeld};
    INSERT OR IGNORE INTO people SELECT address, domain FROM old.removed WHERE ${gone} AND ${isHeld} AND at > ${since};
    INSERT OR IGNORE INTO removed SELECT address, domain, at FROM old.removed WHERE ${gone} AND at > ${since} AND NOT ${isConfirmed} AND NOT ${isHeld};
    INSERT OR IGNORE INTO removed SELECT address, domain, ${request.at} FROM old.people WHERE ${gone} AND NOT ${isHeld} AND NOT ${isConfirmed};
    INSERT OR IGNORE INTO lost SELECT address, domain, until FROM old.lost WHERE ${gone} AND until > ${request.at};
    INSERT OR IGNORE INTO lost SELECT address, domain, until FROM old.lost WHERE address = '@' || domain AND ${isAway} AND until > ${request.at};
    INSERT OR IGNORE INTO lost SELECT '@' || name, name, ${request.at + request.graceMs} FROM old.domains WHERE name NOT IN (SELECT name FROM domains);
    INSERT OR IGNORE INTO lost SELECT address, domain, ${request.at + request.graceMs} FROM old.people WHERE ${gone} AND ${isConfirmed};
    INSERT OR IGNORE INTO lost SELECT address, domain, ${request.at + request.graceMs} FROM old.removed WHERE ${gone} AND ${isConfirmed} AND at > ${since};
  `)
}

/** People whose loss is not confirmed send as before: what they had was put aside with them. */
const passwordsOfHeld = `
  SELECT l.name, json_extract(l.row, '$.record') FROM live.left_behind l
  JOIN domains t ON t.name = l.domain AND t.tenant = l.tenant
  WHERE l.place = 'mail_passwords' AND l.name NOT IN (SELECT address FROM live.users)`

/** Who may send through here: servers of customers, and whoever has a password; people as far as they are in force. */
const senders = `
  INSERT INTO signers SELECT domain, selector, private_key FROM live.dkim_keys WHERE state = 'active' AND domain IN (SELECT name FROM domains);
  INSERT INTO relays SELECT id, tenant, kind, value, domains FROM live.relays;
  INSERT INTO logins
    SELECT r.value, r.tenant, r.domains, NULL, json_group_array(json(p.record))
    FROM live.relays r JOIN live.mail_passwords p ON p.login = r.value WHERE r.kind = 'login' GROUP BY r.id;
  INSERT OR IGNORE INTO logins
    SELECT e.address, d.tenant, json_array(d.name),
      (SELECT json_group_array(address) FROM (SELECT e.address AS address UNION SELECT u.address FROM live.users u WHERE u.owner = e.address)),
      json_group_array(json(p.record))
    FROM (SELECT login, record FROM live.mail_passwords UNION ALL ${passwordsOfHeld}) p
    JOIN people e ON e.address = p.login JOIN domains d ON d.name = e.domain GROUP BY e.address;
`

/**
 * What tenants want for their mail, and the people for whom groups or settings of their own make a difference. While a
 * change on trial is in force for some, also whose each alias is: people are chosen, not addresses.
 */
const wishesOfTenants = `
  INSERT INTO levels
    SELECT 'tenant:' || id, settings, locked FROM live.tenants WHERE settings <> '{}' OR locked <> '[]' UNION ALL
    SELECT 'domain:' || name, settings, locked FROM live.domains WHERE settings <> '{}' OR locked <> '[]' UNION ALL
    SELECT 'group:' || id, settings, locked FROM live.user_groups WHERE settings <> '{}' OR locked <> '[]' UNION ALL
    SELECT 'user:' || address, settings, '[]' FROM live.users WHERE settings <> '{}';
  INSERT INTO rules SELECT scope, position, id, locked, rule FROM live.rules WHERE enabled = 1 AND paused IS NULL;
  INSERT INTO sender_lists SELECT entry, scope, kind FROM live.sender_lists;
  INSERT INTO candidates SELECT scope, id, stage, share, people, proposal, since FROM live.policy_candidates WHERE stage IN ('shadow', 'canary');
  CREATE TEMP TABLE mattering (scope TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO mattering SELECT scope FROM levels UNION SELECT scope FROM rules UNION SELECT scope FROM sender_lists UNION SELECT scope FROM candidates;
  CREATE TEMP TABLE grouped (address TEXT PRIMARY KEY, scopes TEXT NOT NULL) WITHOUT ROWID;
  INSERT INTO grouped SELECT address, json_group_array(scope) FROM (
    SELECT address, 'group:' || group_id AS scope FROM live.group_members
    WHERE 'group:' || group_id IN (SELECT scope FROM mattering) ORDER BY group_id
  ) GROUP BY address;
  INSERT INTO person_scopes
    SELECT u.address, json_insert(coalesce(g.scopes, '[]'), '$[#]', 'user:' || u.owner)
    FROM live.users u LEFT JOIN grouped g ON g.address = u.owner
    WHERE g.address IS NOT NULL OR 'user:' || u.owner IN (SELECT scope FROM mattering)
      OR ((u.owner <> u.address OR instr(u.address, '+') > 0) AND EXISTS (SELECT 1 FROM candidates WHERE stage = 'canary'));
  DROP TABLE mattering;
  DROP TABLE grouped;
`

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
