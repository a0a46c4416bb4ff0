import type { Incident } from '#services/incidents/incident.ts'
import { isOver } from '#services/incidents/incident.ts'
import type { IncidentFilter, IncidentStore } from '#services/incidents/incident-store.ts'

/**
 * Incidents that a drill opens: no list, no page, no history and no figure of people knows of them. What was done to them
 * leaves no line in the audit log either; the drill has its own.
 */
export class KeptIncidents implements IncidentStore {
  readonly #all = new Map<string, Incident>()

  async list({ open }: IncidentFilter, limit: number): Promise<Incident[]> {
    const found = [...this.#all.values()].filter((each) => open === undefined || isOver(each) !== open)
    return found.sort((a, b) => b.startedAt - a.startedAt).slice(0, limit)
  }

  async read(id: string): Promise<Incident | null> {
    return this.#all.get(id) ?? null
  }

  async ofFinding(finding: string): Promise<Incident | null> {
    const found = [...this.#all.values()].filter((each) => each.finding === finding)
    return found.sort((a, b) => b.createdAt - a.createdAt)[0] ?? null
  }

  async put(incident: Incident): Promise<boolean> {
    this.#all.set(incident.id, incident)
    return true
  }

  async changes(): Promise<[]> {
    return []
  }
}
