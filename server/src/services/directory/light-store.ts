import type { LightState, RecordLight } from './domain-lights.ts'

/** The records of a domain as they were found. */
export interface SeenLights {
  readonly domain: string
  readonly checkedAt: number
  readonly states: Readonly<Partial<Record<RecordLight, LightState>>>
}

/** A domain whose records are to be looked at. */
export interface DueDomain {
  readonly name: string
  readonly tenant: string
  readonly nextHop: string
}

export interface LightStore {
  /** Domains that nobody has looked at since a moment, at most `limit`: first those that nobody ever has. */
  dueLights(since: number, limit: number): Promise<DueDomain[]>
  /** Takes the place of what was found before. */
  putLights(seen: SeenLights): Promise<void>
}
