import type { Finding, FindingState, FindingStore } from '#services/watch/finding.ts'
import type {
  PastTry,
  Probe,
  ProbedComponent,
  ProbeStore,
  ProbeSums,
  ProbeTry,
} from '#services/watch/probe-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

const hourMs = 3_600_000
/** By so much a clock may be ahead of that of the store. */
const aheadMs = 30_000
const stepMs = { hour: hourMs, day: 24 * hourMs }

interface FindingRow {
  readonly finding: string
  readonly since: number
  readonly foundAt: number
  readonly seenAt: number
  readonly endedAt: number | null
}

interface TryRow {
  readonly node?: string | null
  readonly process?: string | null
  readonly stage: ProbeTry['stage'] | null
  readonly steps: string | null
}

/** ProbeStore and FindingStore on SQLite. */
export class SqliteWatchStore implements Synchronous<ProbeStore>, Synchronous<FindingStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  noteProbes(tries: readonly ProbeTry[]): void {
    for (const each of tries) {
      const words = each.words.slice(0, 500)
      const path = each.path.slice(0, 200)
      const steps = each.steps ? JSON.stringify(each.steps) : null
      this.#statements.run(
        `INSERT INTO probes (component, path, result, at, took_ms, every_ms, words, node, stage, steps, process, since, in_row)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?4, 1)
         ON CONFLICT (component, path) DO UPDATE SET
           since = CASE WHEN result = excluded.result THEN since ELSE excluded.at END,
           in_row = CASE WHEN result = excluded.result THEN in_row + 1 ELSE 1 END,
           result = excluded.result, at = excluded.at, took_ms = excluded.took_ms,
           every_ms = excluded.every_ms, words = excluded.words,
           node = excluded.node, stage = excluded.stage, steps = excluded.steps, process = excluded.process
         WHERE excluded.at >= at OR at > unixepoch() * 1000 + ${aheadMs}`,
        ...[each.component, path, each.result, each.at, each.tookMs, each.everyMs, words],
        ...[each.node ?? null, each.stage ?? null, steps, each.process ?? null],
      )
      this.#statements.run(
        `INSERT OR REPLACE INTO probe_tries (component, path, at, result, took_ms, words, stage, steps)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[each.component, path, each.at, each.result, each.tookMs, words, each.stage ?? null, steps],
      )
      this.#addToHour(each)
    }
  }

  #addToHour({ component, result, at }: ProbeTry): void {
    this.#statements.run(
      `INSERT INTO probe_hours (at, component, ok, failed, unknown) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET ok = ok + ?3, failed = failed + ?4, unknown = unknown + ?5`,
      ...[Math.floor(at / hourMs) * hourMs, component],
      ...(['ok', 'failed', 'unknown'] as const).map((each) => Number(each === result)),
    )
  }

  probes(): Probe[] {
    return this.#statements
      .all<Omit<Probe, keyof TryRow> & TryRow>(
        `SELECT component, path, result, at, took_ms AS tookMs, every_ms AS everyMs, words, since, in_row AS inRow,
           node, process, stage, steps
         FROM probes ORDER BY component, path LIMIT 5000`,
      )
      .map(withoutGaps)
  }

  tries(component: ProbedComponent, path: string, limit: number): PastTry[] {
    return this.#statements
      .all<Omit<PastTry, keyof TryRow> & TryRow>(
        `SELECT result, at, took_ms AS tookMs, words, stage, steps FROM probe_tries
         WHERE component = ? AND path = ? ORDER BY at DESC LIMIT ?`,
        ...[component, path, limit],
      )
      .map(withoutGaps)
  }

  probeSums(since: number, step: 'hour' | 'day'): ProbeSums[] {
    return this.#statements.all<ProbeSums>(
      `SELECT component, at - at % ?2 AS at, sum(ok) AS ok, sum(failed) AS failed, sum(unknown) AS unknown
       FROM probe_hours WHERE at >= ?1 GROUP BY at - at % ?2, component ORDER BY 2, component LIMIT 20000`,
      ...[Math.floor(since / stepMs[step]) * stepMs[step], stepMs[step]],
    )
  }

  forgetProbes(triedBefore: number, sumsBefore: number): void {
    this.#statements.run('DELETE FROM probes WHERE at < ?', triedBefore)
    this.#statements.run('DELETE FROM probe_tries WHERE at < ?', triedBefore)
    this.#statements.run('DELETE FROM probe_hours WHERE at < ?', sumsBefore)
  }

  forgetPaths(paths: readonly Pick<Probe, 'component' | 'path'>[]): void {
    for (const { component, path } of paths)
      this.#statements.run('DELETE FROM probes WHERE component = ? AND path = ?', component, path)
  }

  noteFindings(found: readonly Finding[], now: number): void {
    for (const each of found)
      this.#statements.run(
        `INSERT INTO findings (kind, subject, since, found_at, seen_at, finding) VALUES (?1, ?2, ?3, ?4, ?4, ?5)
         ON CONFLICT (kind, subject) WHERE ended_at IS NULL DO UPDATE SET
           since = min(since, excluded.since), seen_at = max(seen_at, excluded.seen_at), finding = excluded.finding`,
        ...[each.kind, each.subject, each.since, now, JSON.stringify(each)],
      )
  }

  endFindings(over: readonly Pick<Finding, 'kind' | 'subject'>[], now: number): void {
    for (const { kind, subject } of over)
      this.#statements.run(
        'UPDATE findings SET ended_at = ? WHERE kind = ? AND subject = ? AND ended_at IS NULL',
        ...[now, kind, subject],
      )
  }

  findings(endedSince: number, limit: number): FindingState[] {
    return this.#statements
      .all<FindingRow>(
        `SELECT finding, since, found_at AS foundAt, seen_at AS seenAt, ended_at AS endedAt FROM findings
         WHERE ended_at IS NULL OR ended_at > ? ORDER BY ended_at IS NULL DESC, found_at DESC, subject LIMIT ?`,
        ...[endedSince, limit],
      )
      .map(({ finding, ...moments }) => ({ ...(JSON.parse(finding) as Finding), ...moments }))
  }

  forgetFindings(endedBefore: number): void {
    this.#statements.run('DELETE FROM findings WHERE ended_at < ?', endedBefore)
  }
}

/** What a try has none of is absent. */
function withoutGaps<Row extends TryRow>({ node, process, stage, steps, ...row }: Row) {
  return {
    ...row,
    ...(node != null && { node }),
    ...(process != null && { process }),
    ...(stage !== null && stage !== undefined && { stage }),
    ...(steps !== null && { steps: JSON.parse(steps) as NonNullable<ProbeTry['steps']> }),
  }
}
