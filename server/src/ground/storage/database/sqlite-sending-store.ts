import type { PathMemory, PathResult } from '#flow/delivery/sending/path.ts'
import type { Pool, WarmUpPlan } from '#flow/delivery/sending/sending-address.ts'
import type {
  AddressDay,
  AddressListing,
  DayCount,
  KeptAddress,
  KeptPath,
  PathFigures,
  PathQuery,
  SendingStore,
} from '#flow/delivery/sending/sending-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Lines that one address may have in a day: whoever sends to a million domains fills no disk with their names. */
const mostReceivers = 5000
const mostListings = 10_000

const sums = `coalesce(sum(d.taken), 0) AS taken, coalesce(sum(d.deferred), 0) AS deferred,
  coalesce(sum(d.slow), 0) AS slow, coalesce(sum(d.listed), 0) AS listed, coalesce(sum(d.judged), 0) AS judged`

type Counts = Record<PathResult, number>

/** SendingStore on SQLite. */
export class SqliteSendingStore implements Synchronous<SendingStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  addresses(): KeptAddress[] {
    return this.#statements
      .all<{
        ip: string
        pool: Pool
        helo: string
        state: KeptAddress['state']
        warmUp: string | null
        addedAt: number
        addedBy: string
      }>(
        `SELECT ip, pool, helo, state, warm_up AS warmUp, added_at AS addedAt, added_by AS addedBy
         FROM sending_addresses ORDER BY pool, ip`,
      )
      .map((row) => ({
        ...row,
        warmUp: row.warmUp === null ? null : (JSON.parse(row.warmUp) as WarmUpPlan),
      }))
  }

  putAddress({ ip, pool, helo, state, warmUp, addedAt, addedBy }: KeptAddress): void {
    this.#statements.run(
      `INSERT INTO sending_addresses (ip, pool, helo, state, warm_up, added_at, added_by) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (ip) DO UPDATE SET pool = excluded.pool, helo = excluded.helo, state = excluded.state,
         warm_up = excluded.warm_up`,
      ip,
      pool,
      helo,
      state,
      warmUp && JSON.stringify(warmUp),
      addedAt,
      addedBy,
    )
  }

  removeAddress(ip: string): boolean {
    this.#statements.run('DELETE FROM sending_listings WHERE ip = ?', ip)
    return this.#statements.run('DELETE FROM sending_addresses WHERE ip = ?', ip) > 0
  }

  paths(since: number, limit: number): KeptPath[] {
    return this.#statements
      .all<{ ip: string; receiver: string; memory: string; changedAt: number }>(
        `SELECT ip, receiver, memory, changed_at AS changedAt FROM sending_paths
         WHERE changed_at >= ? ORDER BY changed_at DESC LIMIT ?`,
        since,
        limit,
      )
      .map((row) => ({ ...row, memory: JSON.parse(row.memory) as PathMemory }))
  }

  putPaths(paths: readonly KeptPath[]): void {
    for (const { ip, receiver, memory, changedAt } of paths)
      if (memory === null)
        this.#statements.run('DELETE FROM sending_paths WHERE ip = ? AND receiver = ?', ip, receiver)
      else
        this.#statements.run(
          `INSERT INTO sending_paths (ip, receiver, memory, changed_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (ip, receiver) DO UPDATE SET memory = excluded.memory, changed_at = excluded.changed_at`,
          ip,
          receiver,
          JSON.stringify(memory),
          changedAt,
        )
  }

  addCounts(lines: readonly DayCount[]): void {
    const room = new Map<string, number>()
    for (const { day, ip, receiver, counts } of lines) {
      const key = `${day} ${ip}`
      const left = room.get(key) ?? mostReceivers - this.#receivers(day, ip)
      const isNew = !this.#isCounted(day, ip, receiver)
      room.set(key, isNew ? left - 1 : left)
      this.#add(day, ip, isNew && left <= 0 ? '*' : receiver, counts)
    }
  }

  counts(sinceDay: string, ips: readonly string[]): DayCount[] {
    return this.#statements
      .all<{ day: string; ip: string; receiver: string } & Counts>(
        `SELECT day, ip, receiver, taken, deferred, slow, listed, judged FROM sending_days
         WHERE ip IN (SELECT value FROM json_each(?)) AND day >= ? ORDER BY day, ip, receiver`,
        JSON.stringify(ips),
        sinceDay,
      )
      .map(({ day, ip, receiver, ...counts }) => ({ day, ip, receiver, counts }))
  }

  totals(sinceDay: string): { ip: string; counts: Counts }[] {
    return this.#statements
      .all<{ ip: string } & Counts>(
        `SELECT d.ip, ${sums} FROM sending_days d WHERE d.day >= ? GROUP BY d.ip ORDER BY d.ip`,
        sinceDay,
      )
      .map(({ ip, ...counts }) => ({ ip, counts }))
  }

  days(ip: string, sinceDay: string): AddressDay[] {
    return this.#statements
      .all<{ day: string; receivers: number } & Counts>(
        `SELECT d.day, count(*) AS receivers, ${sums} FROM sending_days d WHERE d.ip = ? AND d.day >= ?
         GROUP BY d.day ORDER BY d.day`,
        ip,
        sinceDay,
      )
      .map(({ day, receivers, ...counts }) => ({ day, receivers, counts }))
  }

  busiest(ip: string, sinceDay: string, receivers: number): DayCount[] {
    return this.#statements
      .all<{ day: string; receiver: string } & Counts>(
        `SELECT day, receiver, taken, deferred, slow, listed, judged FROM sending_days
         WHERE ip = ?1 AND day >= ?2 AND receiver IN (
           SELECT receiver FROM sending_days WHERE ip = ?1 AND day >= ?2 GROUP BY receiver
           ORDER BY sum(taken + deferred + slow + listed + judged) DESC, receiver LIMIT ?3)
         ORDER BY day, receiver`,
        ip,
        sinceDay,
        receivers,
      )
      .map(({ day, receiver, ...counts }) => ({ day, ip, receiver, counts }))
  }

  figures(sinceDay: string, { ip, receiver, after, limit }: PathQuery): PathFigures[] {
    return this.#statements
      .all<{ ip: string; receiver: string; memory: string | null; changedAt: number | null } & Counts>(
        `WITH known AS (
           SELECT ip, receiver FROM sending_days WHERE day >= ?1
           UNION SELECT ip, receiver FROM sending_paths)
         SELECT k.ip, k.receiver, p.memory, p.changed_at AS changedAt, ${sums}
         FROM known k
         LEFT JOIN sending_days d ON d.ip = k.ip AND d.receiver = k.receiver AND d.day >= ?1
         LEFT JOIN sending_paths p ON p.ip = k.ip AND p.receiver = k.receiver
         WHERE (?2 IS NULL OR k.ip = ?2) AND (?3 IS NULL OR instr(k.receiver, ?3) > 0)
           AND (?4 IS NULL OR (k.ip, k.receiver) > (?4, ?5))
         GROUP BY k.ip, k.receiver ORDER BY k.ip, k.receiver LIMIT ?6`,
        sinceDay,
        ip,
        receiver,
        after?.ip ?? null,
        after?.receiver ?? null,
        limit,
      )
      .map(({ ip, receiver, memory, changedAt, ...counts }) => ({
        ip,
        receiver,
        changedAt,
        counts,
        memory: memory === null ? null : (JSON.parse(memory) as PathMemory),
      }))
  }

  listings(): AddressListing[] {
    return this.#statements.all<AddressListing>(
      `SELECT ip, zone, state, text, since, checked_at AS checkedAt FROM sending_listings ORDER BY ip, zone LIMIT ?`,
      mostListings,
    )
  }

  putListings(listings: readonly AddressListing[]): void {
    for (const { ip, zone, state, text, since, checkedAt } of listings)
      this.#statements.run(
        `INSERT INTO sending_listings (ip, zone, state, text, since, checked_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (ip, zone) DO UPDATE SET state = excluded.state, text = excluded.text, since = excluded.since,
           checked_at = excluded.checked_at`,
        ip,
        zone,
        state,
        text,
        since,
        checkedAt,
      )
  }

  forgetSending(learntBefore: number, dayBefore: string): void {
    this.#statements.run('DELETE FROM sending_paths WHERE changed_at < ?', learntBefore)
    this.#statements.run('DELETE FROM sending_days WHERE day < ?', dayBefore)
    this.#statements.run('DELETE FROM sending_listings WHERE checked_at < ?', learntBefore)
  }

  #receivers(day: string, ip: string): number {
    return (
      this.#statements.get<{ many: number }>(
        'SELECT count(*) AS many FROM sending_days WHERE day = ? AND ip = ?',
        day,
        ip,
      )?.many ?? 0
    )
  }

  #isCounted(day: string, ip: string, receiver: string): boolean {
    const found = this.#statements.get(
      'SELECT 1 FROM sending_days WHERE day = ? AND ip = ? AND receiver = ?',
      day,
      ip,
      receiver,
    )
    return found !== undefined
  }

  #add(day: string, ip: string, receiver: string, counts: Readonly<Counts>): void {
    const { taken, deferred, slow, listed, judged } = counts
    this.#statements.run(
      `INSERT INTO sending_days (day, ip, receiver, taken, deferred, slow, listed, judged)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (day, ip, receiver) DO UPDATE SET taken = taken + excluded.taken,
         deferred = deferred + excluded.deferred, slow = slow + excluded.slow, listed = listed + excluded.listed,
         judged = judged + excluded.judged`,
      day,
      ip,
      receiver,
      taken,
      deferred,
      slow,
      listed,
      judged,
    )
  }
}
