import type { MeasuredLine } from '#ground/platform/measured-line.ts'
import type { MeasuredRow, MeasureStore, WaitingRow } from '#services/watch/measure-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** MeasureStore on SQLite. */
export class SqliteMeasureStore implements Synchronous<MeasureStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  noteMeasures(node: string, at: number, lines: readonly MeasuredLine[]): void {
    for (const { name, direction, tenants, hop, count, sumMs, steps } of lines) {
      const key = [at, node, name, direction, tenants, hop]
      const known = this.#statements.get<{ steps: string }>(
        'SELECT steps FROM measures WHERE at = ? AND node = ? AND name = ? AND direction = ? AND tenants = ? AND hop = ?',
        ...key,
      )
      const before = known ? (JSON.parse(known.steps) as number[]) : []
      this.#statements.run(
        `INSERT INTO measures (at, node, name, direction, tenants, hop, count, sum_ms, steps)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET count = count + excluded.count, sum_ms = sum_ms + excluded.sum_ms,
           steps = excluded.steps`,
        ...[...key, count, sumMs, JSON.stringify(steps.map((each, index) => each + (before[index] ?? 0)))],
      )
    }
  }

  noteWaiting(at: number): void {
    this.#statements.run(
      `INSERT INTO measured_waiting (at, direction, waiting)
       SELECT ?, each.direction, (SELECT total(waiting) FROM book_totals WHERE direction = each.direction)
       FROM (SELECT 'inbound' AS direction UNION ALL SELECT 'outbound') AS each WHERE true
       ON CONFLICT DO UPDATE SET waiting = excluded.waiting`,
      at,
    )
  }

  measures(from: number, before: number, limit: number): MeasuredRow[] {
    return this.#statements
      .all<Omit<MeasuredRow, 'steps'> & { steps: string }>(
        `SELECT at, node, name, direction, tenants, hop, count, sum_ms AS sumMs, steps FROM measures
         WHERE at >= ? AND at < ? ORDER BY at DESC, node DESC, name DESC, direction DESC, tenants DESC, hop DESC LIMIT ?`,
        ...[from, before, limit],
      )
      .map((row) => ({ ...row, steps: JSON.parse(row.steps) as number[] }))
      .toReversed()
  }

  waiting(from: number, before: number): WaitingRow[] {
    return this.#statements.all<WaitingRow>(
      'SELECT at, direction, waiting FROM measured_waiting WHERE at >= ? AND at < ? ORDER BY at, direction',
      ...[from, before],
    )
  }

  forgetMeasures(before: number): void {
    this.#statements.run('DELETE FROM measures WHERE at < ?', before)
    this.#statements.run('DELETE FROM measured_waiting WHERE at < ?', before)
  }
}
