import { isDeepStrictEqual } from 'node:util'
import type { StatusComponent, StatusIncident, StatusStore } from '#services/status/status-store.ts'
import { SqliteMeasuredStore } from './sqlite-measured-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** StatusStore on SQLite. */
export class SqliteStatusStore extends SqliteMeasuredStore implements Synchronous<StatusStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    super(statements)
    this.#statements = statements
  }

  components(): StatusComponent[] {
    return this.#statements
      .all<{ component: string }>('SELECT component FROM status_components ORDER BY position, id')
      .map((row) => JSON.parse(row.component) as StatusComponent)
  }

  putComponent(
    component: StatusComponent,
    seen: StatusComponent | null,
    places: readonly Pick<StatusComponent, 'id' | 'position'>[],
  ): boolean {
    const known = this.components()
    if (!isAsSeen(known, component.id, seen)) return false
    this.#writeComponent(component)
    for (const { id, position } of places) {
      const other = known.find((each) => each.id === id)
      if (other) this.#writeComponent({ ...other, position })
    }
    return true
  }

  #writeComponent(component: StatusComponent): void {
    this.#statements.run(
      `INSERT INTO status_components (id, position, component) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET position = excluded.position, component = excluded.component`,
      ...[component.id, component.position, JSON.stringify(component)],
    )
  }

  removeComponent(seen: StatusComponent): boolean {
    if (!isAsSeen(this.components(), seen.id, seen)) return false
    return this.#statements.run('DELETE FROM status_components WHERE id = ?', seen.id) > 0
  }

  incidents(since: number, limit: number): StatusIncident[] {
    return this.#statements
      .all<{ incident: string }>(
        `SELECT incident FROM status_incidents WHERE started_at >= ?1 OR ended_at IS NULL OR ended_at >= ?1
           OR incident ->> '$.updates[#-1].at' >= ?1
         ORDER BY ended_at IS NULL DESC, started_at DESC, id LIMIT ?2`,
        ...[since, limit],
      )
      .map((row) => JSON.parse(row.incident) as StatusIncident)
      .toSorted((a, b) => b.startedAt - a.startedAt)
  }

  incident(id: string): StatusIncident | null {
    const row = this.#statements.get<{ incident: string }>(
      'SELECT incident FROM status_incidents WHERE id = ?',
      id,
    )
    return row ? (JSON.parse(row.incident) as StatusIncident) : null
  }

  putIncident(incident: StatusIncident, seen?: StatusIncident): boolean {
    if (seen && !isDeepStrictEqual(this.incident(incident.id), seen)) return false
    // Planned work ends by itself when its time is over.
    this.#statements.run(
      `INSERT INTO status_incidents (id, started_at, ended_at, incident) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at,
         incident = excluded.incident`,
      ...[incident.id, incident.startedAt, incident.resolvedAt ?? incident.until, JSON.stringify(incident)],
    )
    return true
  }
}

function isAsSeen(known: readonly StatusComponent[], id: string, seen: StatusComponent | null): boolean {
  return isDeepStrictEqual(known.find((each) => each.id === id) ?? null, seen)
}
