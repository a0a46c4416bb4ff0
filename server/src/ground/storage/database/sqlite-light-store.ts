import type { DueDomain, LightStore, SeenLights } from '#services/directory/light-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** LightStore on SQLite. */
export class SqliteLightStore implements Synchronous<LightStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  dueLights(since: number, limit: number): DueDomain[] {
    return this.#statements.all<DueDomain>(
      `SELECT d.name, d.tenant, d.next_hop AS nextHop
       FROM domains d LEFT JOIN domain_lights l ON l.domain = d.name AND l.checked_at >= d.added_at
       WHERE coalesce(l.checked_at, 0) <= ? ORDER BY coalesce(l.checked_at, 0), d.name LIMIT ?`,
      since,
      limit,
    )
  }

  putLights({ domain, states, checkedAt }: SeenLights): void {
    this.#statements.run(
      `INSERT INTO domain_lights (domain, states, checked_at) VALUES (?, ?, ?)
       ON CONFLICT (domain) DO UPDATE SET states = excluded.states, checked_at = excluded.checked_at`,
      ...[domain, JSON.stringify(states), checkedAt],
    )
  }
}
