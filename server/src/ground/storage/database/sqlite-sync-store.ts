import type { SyncFaultCode } from '#services/sync/sync-fault.ts'
import type {
  ClaimedRun,
  DirectoryRow,
  LineFilter,
  NewSource,
  NumberedLine,
  RunEnd,
  SyncNotice,
  SyncReach,
  SyncRun,
  SyncSource,
  SyncStore,
} from '#services/sync/sync-store.ts'
import { applySyncLines } from './apply-sync-lines.ts'
import { removeRun, removeSources, sweepLeft } from './left-by-sources.ts'
import type { SqliteDirectoryStore } from './sqlite-directory-store.ts'
import type { Statements } from './statements.ts'
import { attendToSyncFaults } from './sync-notice-rows.ts'
import {
  dueColumn,
  type LineRow,
  type RunRow,
  runColumns,
  type SourceRow,
  sourceColumns,
  toLine,
  toRun,
  toSource,
} from './sync-rows.ts'
import type { Synchronous } from './synchronous.ts'

/** SyncStore on SQLite. */
export class SqliteSyncStore implements Synchronous<SyncStore> {
  readonly #statements: Statements
  readonly #directory: SqliteDirectoryStore

  constructor(statements: Statements, directory: SqliteDirectoryStore) {
    this.#statements = statements
    this.#directory = directory
  }

  sources(
    { tenants, domains }: SyncReach,
    filter: { readonly tenant: string | null; readonly domain: string | null },
    after: string,
    limit: number,
  ): SyncSource[] {
    return this.#statements
      .all<SourceRow>(
        `SELECT ${sourceColumns} FROM sync_sources s
         WHERE s.id > ?1 AND (?2 IS NULL OR s.tenant IN (SELECT value FROM json_each(?2)))
           AND (?3 IS NULL OR (s.domains IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM json_each(s.domains) d WHERE d.value NOT IN (SELECT value FROM json_each(?3)))))
           AND (?4 IS NULL OR s.tenant = ?4)
           AND (?5 IS NULL OR (s.tenant = (SELECT tenant FROM domains WHERE name = ?5)
             AND (s.domains IS NULL OR EXISTS (SELECT 1 FROM json_each(s.domains) WHERE value = ?5))))
         ORDER BY s.id LIMIT ?6`,
        after,
        tenants && JSON.stringify(tenants),
        domains && JSON.stringify(domains),
        filter.tenant,
        filter.domain,
        limit,
      )
      .map(toSource)
  }

  source(id: string): SyncSource | null {
    const row = this.#statements.get<SourceRow>(
      `SELECT ${sourceColumns} FROM sync_sources s WHERE s.id = ?`,
      id,
    )
    return row ? toSource(row) : null
  }

  addSource(source: NewSource): void {
    const { id, tenant, name, kind, settings, domains, takesOver, secret, createdAt, createdBy } = source
    this.#statements.run(
      `INSERT INTO sync_sources (id, tenant, name, kind, settings, domains, takes_over, secret, created_at, created_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      tenant,
      name,
      kind,
      JSON.stringify(settings),
      domains && JSON.stringify(domains),
      takesOver ? 1 : 0,
      secret,
      createdAt,
      createdBy,
    )
  }

  changeSource(id: string, change: Parameters<SyncStore['changeSource']>[1]): void {
    const { name = null, settings, domains, takesOver, secret = null } = change
    this.#statements.run(
      `UPDATE sync_sources SET name = ifnull(?2, name), settings = ifnull(?3, settings),
         domains = iif(?4, ?5, domains), takes_over = ifnull(?6, takes_over), secret = ifnull(?7, secret), revision = revision + 1
       WHERE id = ?1`,
      id,
      name,
      settings ? JSON.stringify(settings) : null,
      domains === undefined ? 0 : 1,
      domains ? JSON.stringify(domains) : null,
      takesOver === undefined ? null : Number(takesOver),
      secret,
    )
  }

  putFile(id: string, content: string): boolean {
    const put = this.#statements.run(
      `INSERT INTO sync_files (source, content) SELECT id, ?2 FROM sync_sources WHERE id = ?1
       ON CONFLICT (source) DO UPDATE SET content = excluded.content`,
      id,
      content,
    )
    return put > 0
  }

  file(id: string): string | null {
    return (
      this.#statements.get<{ content: string }>('SELECT content FROM sync_files WHERE source = ?', id)
        ?.content ?? null
    )
  }

  switchSource(id: string, enabled: boolean, dueAt: number | null): void {
    this.#statements.run(
      `UPDATE sync_sources SET enabled = ?2, due_at = ?3, failures = 0, fault = iif(?2, fault, NULL), waiting_run = iif(?2, waiting_run, NULL)
       WHERE id = ?1`,
      id,
      enabled ? 1 : 0,
      dueAt,
    )
  }

  removeSource(id: string): void {
    removeSources(this.#statements, 'id', id)
  }

  sweep(limit: number): number {
    return sweepLeft(this.#statements, limit)
  }

  countPeople(ids: readonly string[]): { source: string; people: number }[] {
    return this.#statements.all(
      `SELECT source, count(*) AS people FROM sync_people p WHERE source IN (SELECT value FROM json_each(?))
         AND EXISTS (SELECT 1 FROM users WHERE address = p.address) GROUP BY source`,
      JSON.stringify(ids),
    )
  }

  queueRun(run: Parameters<SyncStore['queueRun']>[0]): boolean {
    const { id, source, tenant, kind, orderedBy, confirms, queuedAt } = run
    const added = this.#statements.run(
      `INSERT INTO sync_runs (id, source, tenant, kind, state, revision, ordered_by, confirms, queued_at)
       SELECT ?1, ?2, ?3, ?4, 'queued', s.revision, ?5, ?6, ?7 FROM sync_sources s WHERE s.id = ?2
         AND NOT EXISTS (SELECT 1 FROM sync_runs WHERE source = ?2 AND kind = ?4 AND state = 'queued' AND confirms IS ?6)`,
      id,
      source,
      tenant,
      kind,
      orderedBy,
      confirms,
      queuedAt,
    )
    return added > 0
  }

  claim(owner: string, now: number, leaseMs: number, newRunId: string): ClaimedRun | null {
    const queued = this.#statements.get<{ id: string }>(
      `SELECT r.id FROM sync_runs r JOIN sync_sources s ON s.id = r.source
       WHERE r.state = 'queued' AND (s.lease_until IS NULL OR s.lease_until <= ?) ORDER BY r.id LIMIT 1`,
      now,
    )
    if (queued) return this.claimRun(queued.id, owner, now, leaseMs)
    const due = this.#statements.get<{ id: string; tenant: string }>(
      `SELECT s.id, s.tenant FROM sync_sources s WHERE (s.due_at <= ?1 OR s.push_due_at <= ?1) AND s.enabled = 1
         AND ${dueColumn} <= ?1 AND (s.lease_until IS NULL OR s.lease_until <= ?1)
       ORDER BY ${dueColumn} LIMIT 1`,
      now,
    )
    if (!due) return null
    const run = {
      id: newRunId,
      source: due.id,
      tenant: due.tenant,
      kind: 'run',
      orderedBy: 'schedule',
    } as const
    this.queueRun({ ...run, confirms: null, queuedAt: now })
    return this.claimRun(newRunId, owner, now, leaseMs)
  }

  claimRun(id: string, owner: string, now: number, leaseMs: number): ClaimedRun | null {
    const run = this.run(id)
    if (run?.state !== 'queued') return null
    const leased = this.#statements.run(
      `UPDATE sync_sources SET lease_owner = ?2, lease_until = ?3 WHERE id = ?1 AND (lease_until IS NULL OR lease_until <= ?4)`,
      run.source,
      owner,
      now + leaseMs,
      now,
    )
    if (leased === 0) return null
    // Its process has ended, or the lease would be there.
    this.#statements.run(
      `UPDATE sync_runs SET state = 'failed', ended_at = ?2, fault = 'own-fault', fault_detail = 'it was broken off' WHERE source = ?1 AND state = 'running'`,
      run.source,
      now,
    )
    // What was asked since may be another question.
    this.#statements.run(
      `UPDATE sync_runs SET state = 'running', started_at = ?2, revision = (SELECT revision FROM sync_sources WHERE id = source) WHERE id = ?1`,
      id,
      now,
    )
    // What was pushed up to here is read by this run, or by the next one where its process dies; what comes from now on
    // makes another.
    if (run.kind === 'run')
      this.#statements.run(
        'UPDATE sync_sources SET due_at = min(due_at, ifnull(push_due_at, due_at)), push_due_at = NULL WHERE id = ?',
        run.source,
      )
    const [source, claimed] = [this.source(run.source), this.run(id)]
    return source && claimed && { source, run: claimed }
  }

  addLines(run: string, lines: readonly NumberedLine[]): void {
    // What is written of a source that was removed meanwhile would be nobody's.
    if (
      !this.#statements.get(
        'SELECT 1 FROM sync_sources s JOIN sync_runs r ON r.source = s.id WHERE r.id = ?',
        run,
      )
    )
      throw new Error('the source was removed')
    for (const { n, kind, address, before, after, why } of lines)
      this.#statements.run(
        'INSERT INTO sync_lines (run, n, kind, address, before, after, why) VALUES (?, ?, ?, ?, ?, ?, ?)',
        run,
        n,
        kind,
        address,
        before && JSON.stringify(before),
        after && JSON.stringify(after),
        why,
      )
  }

  apply(run: string, owner: string, after: number, limit: number, at: number): number | null {
    const of = this.#statements.get<{ source: string; tenant: string }>(
      `SELECT s.id AS source, s.tenant FROM sync_runs r JOIN sync_sources s ON s.id = r.source
       WHERE r.id = ? AND r.state = 'running' AND s.lease_owner = ? AND s.lease_until > ?`,
      run,
      owner,
      at,
    )
    if (!of) throw new Error('the lease was lost')
    const kinds = ['add', 'change', 'remove', 'take'] as const
    const lines = this.lines(run, { kinds, text: '', after, limit })
    applySyncLines(this.#statements, this.#directory, { ...of, at }, lines)
    return lines.at(-1)?.n ?? null
  }

  finish({ run, source, owner, state, at, counts, fault, dueAt }: RunEnd): boolean {
    const free =
      'UPDATE sync_sources SET lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ?'
    if (this.#statements.run(free, source, owner) === 0) return false
    this.#statements.run(
      'UPDATE sync_runs SET state = ?2, ended_at = ?3, counts = ?4, fault = ?5, fault_detail = ?6 WHERE id = ?1',
      run,
      state,
      at,
      JSON.stringify(counts),
      fault?.code ?? null,
      fault?.detail ?? '',
    )
    const kind = this.run(run)?.kind
    if (kind === 'preview' && state === 'done')
      this.#statements.run(
        'UPDATE sync_sources SET previewed_revision = (SELECT revision FROM sync_runs WHERE id = ?2) WHERE id = ?1',
        source,
        run,
      )
    if (kind === 'run') this.#settle({ run, source, state, at, fault, dueAt })
    return true
  }

  /** What a run means for its source: previews and tests mean nothing for it. */
  #settle({ run, source, state, at, fault, dueAt }: Omit<RunEnd, 'owner' | 'counts'>): void {
    this.#statements.run(
      `UPDATE sync_sources SET due_at = iif(enabled, ifnull(?2, due_at), NULL), failures = iif(?3 IS NULL, 0, failures + 1),
         fault_since = iif(?3 IS NULL, NULL, iif(fault IS ?3, fault_since, ?5)), fault_at = iif(?3 IS NULL, NULL, ?5),
         fault = ?3, fault_detail = ?4, good_at = iif(?6 = 'done', ?5, good_at),
         waiting_run = CASE ?6 WHEN 'waiting' THEN ?7 WHEN 'done' THEN NULL ELSE waiting_run END
       WHERE id = ?1`,
      source,
      dueAt,
      fault?.code ?? null,
      fault?.detail ?? '',
      at,
      state,
      run,
    )
  }

  runs(source: string, after: string, limit: number): SyncRun[] {
    return this.#statements
      .all<RunRow>(
        `SELECT ${runColumns} FROM sync_runs WHERE source = ?1 AND (?2 = '' OR id < ?2) ORDER BY id DESC LIMIT ?3`,
        source,
        after,
        limit,
      )
      .map(toRun)
  }

  run(id: string): SyncRun | null {
    const row = this.#statements.get<RunRow>(`SELECT ${runColumns} FROM sync_runs WHERE id = ?`, id)
    return row ? toRun(row) : null
  }

  lines(run: string, { kinds, text, after, limit }: LineFilter): NumberedLine[] {
    return this.#statements
      .all<LineRow>(
        `SELECT n, kind, address, before, after, why FROM sync_lines
         WHERE run = ?1 AND n > ?2 AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3))) AND (?4 = '' OR instr(address, ?4) > 0)
         ORDER BY n LIMIT ?5`,
        run,
        after,
        kinds && JSON.stringify(kinds),
        text.toLowerCase(),
        limit,
      )
      .map(toLine)
  }

  removals(run: string): string[] {
    return this.#statements
      .all<{ address: string }>("SELECT address FROM sync_lines WHERE run = ? AND kind = 'remove'", run)
      .map(({ address }) => address)
  }

  lostSince(source: string, since: number): { domain: string; lost: number }[] {
    return this.#statements.all(
      `SELECT l.key AS domain, sum(json_extract(l.value, '$.lost')) AS lost FROM sync_runs r, json_each(r.counts, '$.losses') l
       WHERE r.source = ? AND r.kind = 'run' AND r.state = 'done' AND r.confirms IS NULL AND r.ended_at > ? GROUP BY l.key`,
      source,
      since,
    )
  }

  directoryRows(domain: string, after: string, limit: number): DirectoryRow[] {
    return this.#statements
      .all<Omit<DirectoryRow, 'groups'> & { groups: string }>(
        `SELECT u.address, u.domain, u.kind, u.owner, u.display_name AS displayName,
           iif(p.source IN (SELECT id FROM sync_sources), p.source, iif(p.source IS NULL, NULL, '')) AS source, ifnull(p.external_id, '') AS externalId,
           ifnull(p.groups, '[]') AS groups
         FROM users u LEFT JOIN sync_people p ON p.address = u.address WHERE u.domain = ? AND u.address > ? ORDER BY u.address LIMIT ?`,
        domain,
        after,
        limit,
      )
      .map((row) => ({ ...row, groups: JSON.parse(row.groups) }))
  }

  attendToFaults(told: readonly SyncFaultCode[], now: number): { began: SyncNotice[]; ended: SyncNotice[] } {
    return attendToSyncFaults(this.#statements, told, now)
  }

  notices(tenants: readonly string[] | null, limit: number): SyncNotice[] {
    return this.#statements.all(
      `SELECT tenant, kind, code, source, since, ended_at AS endedAt FROM sync_notices
       WHERE ended_at IS NULL AND (?1 IS NULL OR tenant IN (SELECT value FROM json_each(?1))) ORDER BY since DESC LIMIT ?2`,
      tenants && JSON.stringify(tenants),
      limit,
    )
  }

  faulty(since: number): SyncSource[] {
    return this.#statements
      .all<SourceRow>(
        `SELECT ${sourceColumns} FROM sync_sources s WHERE s.fault IS NOT NULL AND s.enabled = 1 AND s.fault_at > ?`,
        since,
      )
      .map(toSource)
  }

  waiting(): SyncSource[] {
    return this.#statements
      .all<SourceRow>(
        `SELECT ${sourceColumns} FROM sync_sources s WHERE s.waiting_run IS NOT NULL AND s.enabled = 1`,
      )
      .map(toSource)
  }

  forget(before: number, keep: number, limit: number): number {
    const old = this.#statements.all<{ id: string }>(
      `SELECT id FROM (SELECT r.id, r.queued_at, row_number() OVER (PARTITION BY r.source ORDER BY r.id DESC) AS place FROM sync_runs r
         WHERE r.state IN ('done', 'failed', 'waiting') AND r.id NOT IN (SELECT waiting_run FROM sync_sources WHERE waiting_run IS NOT NULL))
       WHERE place > ?2 AND queued_at < ?1 LIMIT ?3`,
      before,
      keep,
      limit,
    )
    let gone = 0
    for (const { id } of old) gone += removeRun(this.#statements, id, limit - gone)
    return gone
  }
}
