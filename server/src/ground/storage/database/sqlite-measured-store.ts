import { isDeepStrictEqual } from 'node:util'
import type { Measured, Override } from '#services/status/measured.ts'
import type { MeasuredDay, MeasuredStore, MinuteKind } from '#services/status/measured-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** A period that lies so far ahead of another was counted by a clock that was wrong. */
const aheadMs = 120_000

/** MeasuredStore on SQLite. */
export class SqliteMeasuredStore implements Synchronous<MeasuredStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  measured(): Measured[] {
    return this.#statements
      .all<{ measured: string }>('SELECT measured FROM status_measured ORDER BY component')
      .map((row) => JSON.parse(row.measured) as Measured)
  }

  noteMeasured(measured: Measured, minute: MinuteKind | null): boolean {
    const { component, periodAt } = measured
    const isNew =
      this.#statements.run(
        `INSERT INTO status_measured (component, period_at, measured) VALUES (?, ?, ?)
         ON CONFLICT (component) DO UPDATE SET period_at = excluded.period_at, measured = excluded.measured
         WHERE excluded.period_at > period_at OR period_at > excluded.period_at + ${aheadMs}`,
        ...[component, periodAt, JSON.stringify(measured)],
      ) > 0
    if (!isNew || minute === null) return isNew
    const counts = (['good', 'degraded', 'partial', 'major', 'unknown'] as const).map((each) =>
      each === minute ? 1 : 0,
    )
    this.#statements.run(
      `INSERT INTO status_days (day, component, good, degraded, partial, major, unknown)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (day, component) DO UPDATE SET good = good + excluded.good,
         degraded = degraded + excluded.degraded, partial = partial + excluded.partial,
         major = major + excluded.major, unknown = unknown + excluded.unknown`,
      ...[new Date(periodAt).toISOString().slice(0, 10), component, ...counts],
    )
    return true
  }

  measuredDays(since: string): MeasuredDay[] {
    return this.#statements.all<MeasuredDay>(
      `SELECT component, day, good, degraded, partial, major, unknown FROM status_days
       WHERE day >= ? ORDER BY day, component`,
      since,
    )
  }

  forgetMeasured(daysBefore: string): void {
    this.#statements.run('DELETE FROM status_days WHERE day < ?', daysBefore)
    this.#statements.run(
      'DELETE FROM status_measured WHERE component NOT IN (SELECT id FROM status_components)',
    )
  }

  overrides(now: number): Override[] {
    return this.#statements
      .all<{ override: string }>(
        'SELECT override FROM status_overrides WHERE until > ? ORDER BY component',
        now,
      )
      .map((row) => JSON.parse(row.override) as Override)
  }

  putOverride(override: Override, seen: Override | null): boolean {
    const { component, at, until } = override
    const now = this.overrides(at).find((each) => each.component === component) ?? null
    if (!isDeepStrictEqual(now, seen)) return false
    this.#statements.run(
      `INSERT INTO status_overrides (component, until, override) VALUES (?, ?, ?)
       ON CONFLICT (component) DO UPDATE SET until = excluded.until, override = excluded.override`,
      ...[component, until, JSON.stringify(override)],
    )
    return true
  }

  removeOverride({ component, at, until }: Override): boolean {
    const sql = `DELETE FROM status_overrides
      WHERE component = ? AND until = ? AND override ->> '$.at' = ?`
    return this.#statements.run(sql, component, until, at) > 0
  }
}
