import type { NewMessage } from '#flow/spool/message.ts'
import type { NewRadarReply } from '#flow/spool/radar-reply.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type {
  FinishedCounts,
  RadarPath,
  RadarReply,
  RadarStore,
  RadarTest,
  RadarTrip,
  TestClaim,
  TestFilter,
  TestLimits,
} from '#services/radar/radar-store.ts'
import type { FoundProbe } from '#services/radar/read-mailboxes.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

const unfinishedShown = 50
/** A test that another node could not finish is left to others for so long. */
const avoidMs = 30_000
/** A node that was heard of within this is there. */
const aliveMs = 60_000

/** Takes what came back in the transaction that takes its mail. The first reply to a token counts. */
export function takeRadarReply(
  statements: Statements,
  { id, receivedAt }: Pick<NewMessage, 'id' | 'receivedAt'>,
  { token, ...reply }: NewRadarReply,
): void {
  statements.run(
    'INSERT OR IGNORE INTO radar_replies (token, at, message_id, reply) VALUES (?, ?, ?, ?)',
    ...[token, receivedAt, id, JSON.stringify(reply)],
  )
}

/** RadarStore on SQLite. */
export class SqliteRadarStore implements Synchronous<RadarStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  whyNoTest(
    { domain, address, askedBy }: RadarTest,
    limits: TestLimits | null,
  ): 'address' | 'client' | 'unwanted' | null {
    if (address !== null && this.isUnwanted(address)) return 'unwanted'
    if (limits === null) return null
    const named = address ?? domain
    if (this.#started('coalesce(address, domain) = ?', named, limits.since) >= limits.perAddress)
      return 'address'
    return this.#started('asked_by = ?', askedBy, limits.since) >= limits.perClient ? 'client' : null
  }

  addTest(test: RadarTest, limits: TestLimits | null): boolean {
    if (this.whyNoTest(test, limits) !== null) return false
    const { id, tenant, domain, address, askedBy, startedAt, token, node } = test
    this.#statements.run(
      `INSERT INTO radar_tests (id, tenant, domain, address, asked_by, started_at, token, due_at, avoid_node, test)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        id,
        tenant,
        domain,
        address,
        askedBy,
        startedAt,
        token,
        startedAt,
        node,
        JSON.stringify({ ...test, node: '' }),
      ],
    )
    return true
  }

  #started(condition: string, value: string, since: number): number {
    const sql = `SELECT count(*) AS n FROM radar_tests WHERE started_at >= ? AND ${condition}
      AND json_extract(test, '$.before') IS NULL`
    return this.#statements.get<{ n: number }>(sql, since, value)?.n ?? 0
  }

  saveTest(test: RadarTest, dueAt: number | null, { leaseUntil, next }: TestClaim): boolean {
    const isSaved =
      this.#statements.run(
        'UPDATE radar_tests SET outcome = ?, due_at = ?, lease_until = NULL, test = ? WHERE id = ? AND lease_until = ?',
        ...[test.outcome, dueAt, JSON.stringify(test), test.id, leaseUntil],
      ) > 0
    if (isSaved && next !== null) this.addTest(next, null)
    return isSaved
  }

  test(id: string): RadarTest | null {
    return this.#one('SELECT test AS found FROM radar_tests WHERE id = ?', id)
  }

  tests({ within, domain, outcome, after, limit }: TestFilter): RadarTest[] {
    return this.#all<RadarTest>(
      `SELECT test AS found FROM radar_tests
       WHERE ${reachCondition} AND (?4 IS NULL OR domain = ?4) AND (?5 IS NULL OR outcome = ?5)
         AND (?6 IS NULL OR id < ?6) ORDER BY id DESC LIMIT ?7`,
      ...[...reachValues(within), domain ?? null, outcome ?? null, after ?? null, limit],
    )
  }

  claimTests(node: string, now: number, leaseUntil: number, limit: number): RadarTest[] {
    const due = `due_at IS NOT NULL AND (lease_until IS NULL OR lease_until < ?1)
      AND (avoid_node IS NULL OR avoid_node <> ?2 OR started_at < ?1 - ${avoidMs}
        OR NOT EXISTS (SELECT 1 FROM processes WHERE node <> ?2 AND seen_at > ?1 - ${aliveMs}))
      AND (due_at <= ?1 OR EXISTS (SELECT 1 FROM radar_replies WHERE radar_replies.token = radar_tests.token
        AND json_extract(radar_tests.test, '$.state') = 'waiting'))`
    const claimed = this.#all<{ id: string }>(
      `SELECT json_object('id', id) AS found FROM radar_tests WHERE ${due} ORDER BY due_at LIMIT ?3`,
      ...[now, node, limit],
    )
    return claimed.flatMap(({ id }) => {
      this.#statements.run('UPDATE radar_tests SET lease_until = ? WHERE id = ?', leaseUntil, id)
      return this.test(id) ?? []
    })
  }

  putLink(id: string, hash: string | null, until: number | null): boolean {
    return (
      this.#statements.run('UPDATE radar_tests SET link = ?, link_until = ? WHERE id = ?', hash, until, id) >
      0
    )
  }

  byLink(hash: string, now: number): { test: RadarTest; until: number } | null {
    const sql = 'SELECT test, link_until AS until FROM radar_tests WHERE link = ? AND link_until > ?'
    const row = this.#statements.get<{ test: string; until: number }>(sql, hash, now)
    return row ? { test: JSON.parse(row.test) as RadarTest, until: row.until } : null
  }

  linkUntil(id: string): number | null {
    const sql = 'SELECT link_until AS until FROM radar_tests WHERE id = ?'
    return this.#statements.get<{ until: number | null }>(sql, id)?.until ?? null
  }

  openToken(token: string, until: number): void {
    this.#statements.run(
      'INSERT OR REPLACE INTO radar_tokens (token, open_until) VALUES (?, ?)',
      token,
      until,
    )
  }

  awaitsReply(token: string, now: number): boolean {
    const sql = `SELECT 1 AS yes FROM radar_tokens WHERE token = ?1 AND open_until > ?2
      AND NOT EXISTS (SELECT 1 FROM radar_replies WHERE token = ?1)`
    return this.#statements.get(sql, token, now) !== undefined
  }

  openTests(limit: number): RadarTest[] {
    return this.#statements
      .all<{ test: string }>(
        `SELECT test FROM radar_tests WHERE due_at IS NOT NULL AND address IS NOT NULL ORDER BY id DESC LIMIT ?`,
        limit,
      )
      .map((row) => JSON.parse(row.test) as RadarTest)
  }

  noteArrival({ token, at, folder, isJunk }: FoundProbe): void {
    const reply: Omit<NewRadarReply, 'token'> = {
      ...{ kind: isJunk ? 'junk' : 'mailbox', mailFrom: '', author: '', ip: '', helo: '', tls: '' },
      ...{ spf: null, dkim: [], dmarc: null, hops: [{ by: folder, from: '', ip: '' }] },
    }
    this.#statements.run(
      `INSERT OR IGNORE INTO radar_replies (token, at, message_id, reply)
       SELECT token, ?2, '', ?3 FROM radar_tokens WHERE token = ?1`,
      ...[token, at, JSON.stringify(reply)],
    )
    // What a test waits for is there: its turn is now.
    this.#statements.run(
      'UPDATE radar_tests SET due_at = min(due_at, ?) WHERE token = ? AND due_at IS NOT NULL',
      ...[at, token],
    )
  }

  reply(token: string): RadarReply | null {
    const row = this.#statements.get<{ at: number; reply: string }>(
      'SELECT at, reply FROM radar_replies WHERE token = ?',
      token,
    )
    return row ? { ...(JSON.parse(row.reply) as Omit<RadarReply, 'at'>), at: row.at } : null
  }

  addPath(path: RadarPath): void {
    this.#statements.run(
      'INSERT INTO radar_paths (id, tenant, domain, next_at, path) VALUES (?, ?, ?, ?, ?)',
      ...[path.id, path.tenant, path.domain, path.addedAt, JSON.stringify(path)],
    )
  }

  removePath(id: string): boolean {
    this.#statements.run('DELETE FROM radar_trips WHERE path = ?', id)
    return this.#statements.run('DELETE FROM radar_paths WHERE id = ?', id) > 0
  }

  path(id: string): RadarPath | null {
    return this.#one('SELECT path AS found FROM radar_paths WHERE id = ?', id)
  }

  paths(within: Reach | undefined, after: string, limit: number): RadarPath[] {
    return this.#all<RadarPath>(
      `SELECT path AS found FROM radar_paths WHERE ${reachCondition} AND id > ?4 ORDER BY id LIMIT ?5`,
      ...[...reachValues(within), after, limit],
    )
  }

  takeDuePaths(now: number, limit: number): RadarPath[] {
    const due = this.#all<RadarPath>(
      'SELECT path AS found FROM radar_paths WHERE next_at <= ? ORDER BY next_at LIMIT ?',
      ...[now, limit],
    )
    for (const { id, everyMs } of due)
      this.#statements.run('UPDATE radar_paths SET next_at = ? WHERE id = ?', now + everyMs, id)
    return due
  }

  putTrip(trip: RadarTrip): void {
    this.#statements.run(
      `INSERT INTO radar_trips (id, path, started_at, state, trip) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, trip = excluded.trip WHERE radar_trips.state = 'open'`,
      ...[trip.id, trip.path, trip.startedAt, trip.state, JSON.stringify(trip)],
    )
  }

  openTrips(limit: number): RadarTrip[] {
    return this.#all<RadarTrip>(
      `SELECT trip AS found FROM radar_trips WHERE state = 'open' ORDER BY started_at LIMIT ?`,
      limit,
    )
  }

  trip(id: string): RadarTrip | null {
    return this.#one('SELECT trip AS found FROM radar_trips WHERE id = ?', id)
  }

  trips(path: string, since: number, limit: number): RadarTrip[] {
    return this.#all<RadarTrip>(
      'SELECT trip AS found FROM radar_trips WHERE path = ? AND started_at >= ? ORDER BY started_at DESC LIMIT ?',
      ...[path, since, limit],
    )
  }

  finishedSince(since: number): FinishedCounts {
    const rows = this.#statements.all<{ id: string; outcome: string }>(
      `SELECT id, outcome FROM radar_tests WHERE started_at >= ?1 AND outcome IS NOT NULL
       UNION ALL SELECT id, state FROM radar_trips WHERE started_at >= ?1 AND state <> 'open'`,
      since,
    )
    const count = (outcome: string) => rows.filter((each) => each.outcome === outcome).length
    const unfinished = rows.filter((each) => each.outcome === 'inconclusive').map(({ id }) => id)
    return {
      passed: count('passed'),
      failed: count('failed'),
      inconclusive: count('inconclusive'),
      unfinished: unfinished.toSorted().reverse().slice(0, unfinishedShown),
    }
  }

  putUnwanted(name: string, at: number): void {
    this.#statements.run('INSERT OR IGNORE INTO radar_unwanted (name, at) VALUES (?, ?)', name, at)
  }

  isUnwanted(address: string): boolean {
    const name = address.toLowerCase()
    const sql = 'SELECT 1 AS yes FROM radar_unwanted WHERE name IN (?, ?)'
    return this.#statements.get(sql, name, name.slice(name.lastIndexOf('@') + 1)) !== undefined
  }

  forgetBefore(at: number): number {
    const older = ['radar_tests WHERE started_at', 'radar_trips WHERE started_at', 'radar_replies WHERE at']
    return [...older, 'radar_tokens WHERE open_until'].reduce(
      (sum, each) => sum + this.#statements.run(`DELETE FROM ${each} < ?`, at),
      0,
    )
  }

  #one<Found>(sql: string, ...values: (string | number | null)[]): Found | null {
    const row = this.#statements.get<{ found: string }>(sql, ...values)
    return row ? (JSON.parse(row.found) as Found) : null
  }

  #all<Found>(sql: string, ...values: (string | number | null)[]): Found[] {
    return this.#statements
      .all<{ found: string }>(sql, ...values)
      .map((row) => JSON.parse(row.found) as Found)
  }
}

/** Takes the values 1 to 3. */
const reachCondition = `(?1 = 1 OR (tenant IN (SELECT value FROM json_each(?2))
  AND (?3 IS NULL OR domain IN (SELECT value FROM json_each(?3)))))`

function reachValues(within: Reach | undefined): [number, string, string | null] {
  if (within === undefined) return [1, '[]', null]
  return [0, JSON.stringify(within.tenants), within.domains && JSON.stringify(within.domains)]
}
