import type { KeptDrill, LiveDrill } from '#services/drill/live-drill.ts'
import type { LiveDrillStore } from '#services/drill/live-drill-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

interface Row {
  readonly body: string
  readonly stoppedBy: string | null
  readonly runner: string
  readonly beatAt: number
  readonly hasRunner: number
}

/** A process is in its table from its start until the next one of its machine finds that it is gone. */
const columns = `body, stopped_by AS stoppedBy, runner, beat_at AS beatAt,
  EXISTS (SELECT 1 FROM processes WHERE instance = runner) AS hasRunner`
const mostKept = 100

/** LiveDrillStore on SQLite. */
export class SqliteLiveDrillStore implements Synchronous<LiveDrillStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  add(drill: LiveDrill): boolean {
    const added = this.#statements.run(
      `INSERT INTO live_drills (id, ended_at, stopped_by, runner, beat_at, body) VALUES (?, NULL, NULL, '', ?, ?)
       ON CONFLICT DO NOTHING`,
      ...[drill.id, drill.orderedAt, JSON.stringify(drill)],
    )
    this.#statements.run(
      `DELETE FROM live_drills WHERE ended_at IS NOT NULL
         AND id NOT IN (SELECT id FROM live_drills ORDER BY id DESC LIMIT ?)`,
      mostKept,
    )
    return added > 0
  }

  open(): KeptDrill | null {
    return keptOf(this.#statements.get<Row>(`SELECT ${columns} FROM live_drills WHERE ended_at IS NULL`))
  }

  read(id: string): KeptDrill | null {
    return keptOf(this.#statements.get<Row>(`SELECT ${columns} FROM live_drills WHERE id = ?`, id))
  }

  list(limit: number): KeptDrill[] {
    const sql = `SELECT ${columns} FROM live_drills ORDER BY id DESC LIMIT ?`
    return this.#statements.all<Row>(sql, limit).flatMap((each) => keptOf(each) ?? [])
  }

  take(seen: Pick<KeptDrill, 'id' | 'runner' | 'beatAt'>, runner: string, at: number): boolean {
    const sql = `UPDATE live_drills SET runner = ?, beat_at = ?
      WHERE id = ? AND ended_at IS NULL AND runner = ? AND beat_at = ?`
    return this.#statements.run(sql, runner, at, seen.id, seen.runner, seen.beatAt) > 0
  }

  save(drill: LiveDrill, runner: string, at: number): boolean {
    const sql = `UPDATE live_drills SET body = ?, ended_at = ?, beat_at = ?
      WHERE id = ? AND runner = ? AND ended_at IS NULL`
    return this.#statements.run(sql, JSON.stringify(drill), drill.endedAt, at, drill.id, runner) > 0
  }

  askStop(id: string, who: string): boolean {
    const sql = `UPDATE live_drills SET stopped_by = coalesce(stopped_by, ?) WHERE id = ? AND ended_at IS NULL`
    return this.#statements.run(sql, who, id) > 0
  }
}

function keptOf(row: Row | undefined): KeptDrill | null {
  if (!row) return null
  const { body, hasRunner, ...kept } = row
  return { ...(JSON.parse(body) as LiveDrill), ...kept, hasRunner: hasRunner !== 0 }
}
