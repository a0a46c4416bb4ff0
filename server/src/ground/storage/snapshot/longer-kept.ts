import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { inheritSettings, type SettingsLevel } from '#ground/platform/inherit-settings.ts'
import { daysOf, keptDaysNames, noEndYet } from '#ground/platform/kept-days.ts'
import type { PublishRequest } from '#services/directory/snapshot-store.ts'

/**
 * Addresses whose mail was kept longer until the directory changed, and keeps that time for a while; `@DOMAIN`: all of a
 * domain. When the last of a domain is over. And up to which version changes of policy are in the snapshot.
 */
export const longerKeptSchema = `
CREATE TABLE kept_longer (address TEXT NOT NULL, setting TEXT NOT NULL, days TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (address, setting)) WITHOUT ROWID;
CREATE TABLE longer_domains (domain TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE policy_seen (version INTEGER NOT NULL);
`

interface Person {
  readonly address: string
  readonly before: string | null
  readonly after: string | null
}

/** What follows the last @: a local part in quotes may hold one too. */
const domainOf = `substr(address, length(rtrim(address, replace(address, '@', ''))) + 1)`

/** What is no number of days: longer than any. */
const asTheSite = 'site'
const names = keptDaysNames.map((each) => `'${each}'`).join(', ')

/** Levels of people at which a time is set or locked, before or now; few, where there are any. */
const timedLevels = ['main', 'old']
  .map(
    (file) =>
      `SELECT scope FROM ${file}.levels WHERE (scope GLOB 'group:*' OR scope GLOB 'user:*')
       AND (EXISTS (SELECT 1 FROM json_each(settings) WHERE key IN (${names}))
         OR EXISTS (SELECT 1 FROM json_each(locked) WHERE value IN (${names})))`,
  )
  .join(' UNION ')

const isTimed = (scopes: string) => `EXISTS (SELECT 1 FROM json_each(${scopes}) WHERE value IN timed)`

/** People whose levels are others than before, where a time is set at one of these. */
const changedPeople = `
  SELECT o.address, o.scopes AS before, n.scopes AS after FROM old.person_scopes o LEFT JOIN main.person_scopes n USING (address)
    WHERE n.scopes IS NOT o.scopes AND (${isTimed('o.scopes')} OR ${isTimed('n.scopes')}) UNION ALL
  SELECT n.address, NULL, n.scopes FROM main.person_scopes n
    WHERE NOT EXISTS (SELECT 1 FROM old.person_scopes o WHERE o.address = n.address) AND ${isTimed('n.scopes')}`

/** Times that somebody has set meanwhile: he was asked what leaves by it, so they hold at once for who is still there. */
const setMeanwhile = `
  SELECT json_extract(e.value, '$.scope') || ' ' || json_extract(e.value, '$.name') AS text
  FROM live.policy_versions v, json_each(v.changes) e
  WHERE v.version > (SELECT max(version) FROM old.policy_seen)
    AND json_extract(e.value, '$.what') = 'setting' AND json_extract(e.value, '$.name') IN (${names})`

/** Whether a level of people is one of an address, by the directory as it is. */
const belongsTo = `
  SELECT 1 FROM live.users u WHERE u.address = ?1 AND (?2 = 'user:' || u.owner
    OR EXISTS (SELECT 1 FROM live.group_members m WHERE m.address = u.owner AND ?2 = 'group:' || m.group_id))`

/**
 * Where people lose a longer time by a change of the directory nobody is asked what leaves by that: by their removal, that of
 * a group, another membership, or since they come back with a shorter time of their own. So their mail keeps the longer
 * time until the grace time is over, as the people themselves can be brought back for so long: where their loss is held
 * back, the grace time begins when it no longer is. Fills the new snapshot (`main`) from the one before (`old`) and the
 * directory (`live`). When in doubt mail is kept.
 */
export function keepLonger(database: DatabaseSync, request: PublishRequest, hasOld: boolean): void {
  database.exec('INSERT INTO policy_seen SELECT coalesce(max(version), 0) FROM live.policy_versions')
  // A snapshot of an older program does not say what it has seen: what it had longer nobody can tell.
  if (!hasOld || !hasTable(database, 'kept_longer')) return
  const { at, graceMs } = request
  database.prepare('INSERT INTO kept_longer SELECT * FROM old.kept_longer WHERE until > ?').run(at)
  keepDomains(database, at + graceMs)
  database.exec(`CREATE TEMP TABLE timed AS ${timedLevels}`)
  if (database.prepare('SELECT 1 FROM timed LIMIT 1').get() !== undefined) {
    const times = new TimesOfPeople(database)
    const people = database.prepare(changedPeople).all() as unknown as Person[]
    for (const each of people) times.keep(each, at + graceMs)
  }
  database.exec('DROP TABLE timed')
  setEnds(database, request)
  database.exec(`INSERT INTO longer_domains SELECT ${domainOf} AS domain, max(until) FROM kept_longer
    WHERE ${domainOf} IN (SELECT name FROM domains) GROUP BY domain`)
}

/** Times have no end while a loss is held back or their domain is away; it is known when that is over. */
function setEnds(database: DatabaseSync, { held, at, graceMs }: PublishRequest): void {
  const sql = `UPDATE kept_longer SET until = CASE
    WHEN ${domainOf} IN (SELECT value FROM json_each(?1)) THEN ?2
    WHEN address = '@' || ${domainOf} AND ${domainOf} NOT IN (SELECT name FROM domains) THEN ?2
    WHEN until >= ?2 THEN ?3 ELSE until END`
  database.prepare(sql).run(JSON.stringify(held), noEndYet, at + graceMs)
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return database.prepare('SELECT 1 FROM old.sqlite_master WHERE name = ?').get(name) !== undefined
}

/**
 * All of a domain that goes away, comes back, or goes to another tenant: while it is away its mail has the time of the site,
 * and however long that was, the first snapshot in which it is back begins the grace time.
 */
function keepDomains(database: DatabaseSync, until: number): void {
  const add =
    database.prepare(`INSERT OR REPLACE INTO kept_longer SELECT '@' || n.name, ?, '${asTheSite}', ? FROM main.domains n
    LEFT JOIN old.domains o ON o.name = n.name
    WHERE o.tenant IS NOT n.tenant AND (o.name IS NOT NULL OR EXISTS (SELECT 1 FROM old.lost l WHERE l.address = '@' || n.name))`)
  const away =
    database.prepare(`INSERT OR REPLACE INTO kept_longer SELECT '@' || name, ?, '${asTheSite}', ${noEndYet}
    FROM old.domains WHERE name NOT IN (SELECT name FROM main.domains)`)
  for (const name of keptDaysNames) {
    add.run(name, until)
    away.run(name)
  }
}

/** A time that was longer before, and the one that counts now. */
interface Lost {
  readonly name: string
  readonly days: string
  readonly now: string | undefined
}

/** How long mail of people was kept before, and is now. People of the same levels are looked at once. */
class TimesOfPeople {
  readonly #database: DatabaseSync
  readonly #timed: ReadonlySet<string>
  readonly #set: ReadonlySet<string>
  readonly #known = new Map<string, readonly Lost[]>()
  readonly #belongs: StatementSync
  readonly #running: StatementSync
  readonly #put: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    const texts = (sql: string) =>
      new Set(
        database
          .prepare(sql)
          .all()
          .map(({ text }) => String(text)),
      )
    this.#timed = texts('SELECT scope AS text FROM timed')
    this.#set = texts(setMeanwhile)
    this.#belongs = database.prepare(belongsTo)
    this.#running = database.prepare('SELECT days FROM kept_longer WHERE address = ? AND setting = ?')
    this.#put = database.prepare('INSERT OR REPLACE INTO kept_longer VALUES (?, ?, ?, ?)')
  }

  /** Keeps the longer time of a person until then, for each kind of mail that has a shorter one now. */
  keep({ address, before, after }: Person, until: number): void {
    const domain = address.slice(address.lastIndexOf('@') + 1)
    const [was, is] = [this.#timedIn(before), this.#timedIn(after)]
    const gone = was.filter((each) => !is.includes(each) && this.#hasLeft(address, each))
    const key = [domain, ...was, 'then', ...is, 'without', ...gone].join(' ')
    const lost = this.#known.get(key) ?? this.#lost(domain, was, is, gone)
    this.#known.set(key, lost)
    for (const { name, days, now } of lost) {
      const running = this.#running.get(address, name) as { days: string } | undefined
      const longest = running && daysOf(running.days) > daysOf(days) ? running.days : days
      if (daysOf(longest) > daysOf(now)) this.#put.run(address, name, longest, until)
    }
  }

  #timedIn(scopes: string | null): string[] {
    const all = scopes === null ? [] : (JSON.parse(scopes) as string[])
    return all.filter((each) => this.#timed.has(each))
  }

  /**
   * Whether a level at which somebody has set a time since is none of the person's any more: he may not have been counted
   * in what that takes. One at which nothing is set any more is not among his levels either, and he has not left it.
   */
  #hasLeft(address: string, scope: string): boolean {
    return (
      keptDaysNames.some((name) => this.#set.has(`${scope} ${name}`)) &&
      this.#belongs.get(address, scope) === undefined
    )
  }

  /** @param gone levels that count as they were, whatever was set there since */
  #lost(domain: string, was: readonly string[], is: readonly string[], gone: readonly string[]): Lost[] {
    const sql = 'SELECT scopes FROM main.domain_scopes WHERE domain = ?'
    const found = this.#database.prepare(sql).get(domain) as { scopes: string } | undefined
    // Mail of a domain that is not ours any more has the time of the site.
    if (!found) return []
    const above = (JSON.parse(found.scopes) as string[]).map((each) => this.#levelOf('main', each))
    const inForce = inheritSettings([...above, ...is.map((each) => this.#levelOf('main', each))])
    return keptDaysNames.map((name) => {
      // Of a level that was not known, and has its time from somebody since, people were before: it only counts now.
      const own = is.filter((each) => was.includes(each) || this.#isNew(each, name))
      const left = was.filter((each) => !is.includes(each))
      // Groups by their ids before the person, as their names sort.
      const levels = [...own, ...left]
        .toSorted()
        .map((each) => (gone.includes(each) ? this.#levelOf('old', each) : this.#levelBefore(each, name)))
      const days = inheritSettings([...above, ...levels])[name] ?? asTheSite
      return { name, days, now: inForce[name] }
    })
  }

  /** Whether nothing stood at a level, and somebody has set the time there since. */
  #isNew(scope: string, name: string): boolean {
    return (
      this.#set.has(`${scope} ${name}`) &&
      this.#database.prepare('SELECT 1 FROM old.levels WHERE scope = ?').get(scope) === undefined
    )
  }

  /** What is set at a level, or was; as somebody has set it since. */
  #levelBefore(scope: string, name: string): SettingsLevel {
    return this.#levelOf(this.#set.has(`${scope} ${name}`) ? 'main' : 'old', scope)
  }

  #levelOf(file: 'main' | 'old', scope: string): SettingsLevel {
    const sql = `SELECT settings, locked FROM ${file}.levels WHERE scope = ?`
    const row = this.#database.prepare(sql).get(scope) as { settings: string; locked: string } | undefined
    return row ? { settings: JSON.parse(row.settings), locked: JSON.parse(row.locked) } : { settings: {} }
  }
}
