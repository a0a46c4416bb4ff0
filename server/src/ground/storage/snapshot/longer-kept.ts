import type { DatabaseSync } from 'node:sqlite'
import { inheritSettings, type SettingsLevel } from '#ground/platform/inherit-settings.ts'
import { daysOf, keptDaysNames } from '#ground/platform/kept-days.ts'
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

interface Running {
  readonly days: string
  readonly until: number
}

/** What is no number of days: longer than any. */
const asTheSite = 'site'
const names = keptDaysNames.map((each) => `'${each}'`).join(', ')

/** Levels of people at which a time is set, before or now; few, where there are any. */
const timedLevels = ['main', 'old']
  .map(
    (file) =>
      `SELECT scope FROM ${file}.levels WHERE (scope GLOB 'group:*' OR scope GLOB 'user:*')
       AND EXISTS (SELECT 1 FROM json_each(settings) WHERE key IN (${names}))`,
  )
  .join(' UNION ')

const isTimed = (scopes: string) => `EXISTS (SELECT 1 FROM json_each(${scopes}) WHERE value IN timed)`

/** People whose levels are others than before, where a time is set at one of these. */
const changedPeople = `
  SELECT o.address, o.scopes AS before, n.scopes AS after FROM old.person_scopes o LEFT JOIN main.person_scopes n USING (address)
    WHERE n.scopes IS NOT o.scopes AND (${isTimed('o.scopes')} OR ${isTimed('n.scopes')}) UNION ALL
  SELECT n.address, NULL, n.scopes FROM main.person_scopes n
    WHERE NOT EXISTS (SELECT 1 FROM old.person_scopes o WHERE o.address = n.address) AND ${isTimed('n.scopes')}`

/** Times that somebody has set meanwhile: he was asked what leaves by it, so they hold at once. */
const setMeanwhile = `
  SELECT json_extract(e.value, '$.scope') || ' ' || json_extract(e.value, '$.name') AS time
  FROM live.policy_versions v, json_each(v.changes) e
  WHERE v.version > (SELECT max(version) FROM old.policy_seen)
    AND json_extract(e.value, '$.what') = 'setting' AND json_extract(e.value, '$.name') IN (${names})`

/**
 * Where people lose a longer time by a change of the directory nobody is asked what leaves by that: by their removal, that of
 * a group, another membership, or since they come back with a shorter time of their own. So their mail keeps the longer
 * time until the grace time is over, as the people themselves can be brought back for so long. Fills the new snapshot
 * (`main`) from the one before (`old`) and the directory (`live`). When in doubt mail is kept.
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
  database.exec(`INSERT INTO longer_domains
    SELECT substr(address, instr(address, '@') + 1) AS domain, max(until) FROM kept_longer GROUP BY domain`)
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return database.prepare('SELECT 1 FROM old.sqlite_master WHERE name = ?').get(name) !== undefined
}

/** Names of levels; null: nothing there makes a difference. */
function parse(scopes: string | null): string[] {
  return scopes === null ? [] : (JSON.parse(scopes) as string[])
}

/** All of a domain that comes back, or to another tenant: while it was away its mail had the time of the site. */
function keepDomains(database: DatabaseSync, until: number): void {
  const add =
    database.prepare(`INSERT OR REPLACE INTO kept_longer SELECT '@' || n.name, ?, '${asTheSite}', ? FROM main.domains n
    LEFT JOIN old.domains o ON o.name = n.name
    WHERE o.tenant IS NOT n.tenant AND (o.name IS NOT NULL OR EXISTS (SELECT 1 FROM old.lost l WHERE l.address = '@' || n.name))`)
  for (const name of keptDaysNames) add.run(name, until)
}

/** How long mail of people was kept before, and is now. */
class TimesOfPeople {
  readonly #database: DatabaseSync
  readonly #set: ReadonlySet<string>
  readonly #levels = new Map<string, SettingsLevel>()

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#set = new Set(
      database
        .prepare(setMeanwhile)
        .all()
        .map(({ time }) => String(time)),
    )
  }

  /** Keeps the longer time of a person until then, for each kind of mail that has a shorter one now. */
  keep({ address, before, after }: Person, until: number): void {
    const domain = address.slice(address.lastIndexOf('@') + 1)
    const found = this.#row<{ scopes: string }>(
      'SELECT scopes FROM main.domain_scopes WHERE domain = ?',
      domain,
    )
    // Mail of a domain that is not ours any more has the time of the site.
    if (!found) return
    const above = parse(found.scopes).map((each) => this.#levelOf('main', each))
    const [was, is] = [parse(before), parse(after)]
    const now = inheritSettings([...above, ...is.map((each) => this.#levelOf('main', each))])
    for (const name of keptDaysNames) {
      // Of a level that was not known, and has its time from somebody since, people were before: it only counts now.
      const own = is.filter((each) => was.includes(each) || this.#isNew(each, name))
      const left = was.filter((each) => !is.includes(each))
      // Groups by their ids before the person, as their names sort.
      const levels = [...own, ...left].toSorted().map((each) => this.#levelBefore(each, name))
      const value = inheritSettings([...above, ...levels])[name] ?? asTheSite
      this.#put(address, name, { days: value, until }, now[name])
    }
  }

  #put(address: string, name: string, { days, until }: Running, now: string | undefined): void {
    const sql = 'SELECT days, until FROM kept_longer WHERE address = ? AND setting = ?'
    const running = this.#row<Running>(sql, address, name)
    const longest = running && daysOf(running.days) > daysOf(days) ? running.days : days
    if (daysOf(longest) > daysOf(now))
      this.#database
        .prepare('INSERT OR REPLACE INTO kept_longer VALUES (?, ?, ?, ?)')
        .run(address, name, longest, until)
  }

  /** Whether nothing stood at a level, and somebody has set the time there since. */
  #isNew(scope: string, name: string): boolean {
    return (
      this.#set.has(`${scope} ${name}`) &&
      this.#row('SELECT 1 FROM old.levels WHERE scope = ?', scope) === undefined
    )
  }

  /** What is set at a level, or was; as somebody has set it since. */
  #levelBefore(scope: string, name: string): SettingsLevel {
    return this.#levelOf(this.#set.has(`${scope} ${name}`) ? 'main' : 'old', scope)
  }

  #levelOf(file: 'main' | 'old', scope: string): SettingsLevel {
    const key = `${file} ${scope}`
    const known = this.#levels.get(key)
    if (known) return known
    const sql = `SELECT settings, locked FROM ${file}.levels WHERE scope = ?`
    const row = this.#row<{ settings: string; locked: string }>(sql, scope)
    const level = row
      ? { settings: JSON.parse(row.settings), locked: JSON.parse(row.locked) }
      : { settings: {} }
    this.#levels.set(key, level)
    return level
  }

  #row<Shape>(sql: string, ...values: string[]): Shape | undefined {
    return this.#database.prepare(sql).get(...values) as Shape | undefined
  }
}
