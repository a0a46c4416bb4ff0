import type { LaneFlowStore, LaneSums } from '#flow/spool/lane-flow.ts'
import type { Direction } from '#flow/spool/message.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** LaneFlowStore on SQLite. Adding runs inside a transaction of the caller. */
export class SqliteLaneFlowStore implements Synchronous<LaneFlowStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  add(at: number, sums: readonly LaneSums[], forgetBefore: number): void {
    this.#statements.run('DELETE FROM lane_flow WHERE at < ?', forgetBefore)
    for (const { lane, came, gone } of sums)
      this.#statements.run(
        `INSERT INTO lane_flow (at, lane, came, gone) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET came = came + excluded.came, gone = gone + excluded.gone`,
        at,
        lane,
        came,
        gone,
      )
  }

  waiting(direction: Direction): number {
    const row = this.#statements.get<{ waiting: number }>(
      'SELECT total(waiting) AS waiting FROM book_totals WHERE direction = ?',
      direction,
    )
    return row?.waiting ?? 0
  }

  sums(since: number): LaneSums[] {
    return this.#statements.all<LaneSums>(
      'SELECT lane, sum(came) AS came, sum(gone) AS gone FROM lane_flow WHERE at >= ? GROUP BY lane ORDER BY lane',
      since,
    )
  }
}
