import type { ListSwitch } from '#ground/platform/list-switches.ts'

/** How a list does now: what it says to names that every list must, or must not, list. */
export interface ListHealth {
  readonly zone: string
  readonly kind: string
  /** Why its answers would weigh nothing; empty where it passes. */
  readonly why: string
  readonly ms: number
}

/** What verbs about outside lists need. */
export interface ListParts {
  /** Zones of lists.ask, in order. */
  readonly zones: () => readonly string[]
  /** What a list is asked about: address or domain. */
  readonly kindOf: (zone: string) => string
  /** Zones that the settings have switched off. */
  readonly offBySettings: () => readonly string[]
  /** Tests all lists at a time. */
  test(): Promise<ListHealth[]>
  readonly switches: () => readonly ListSwitch[]
  readonly write: (switches: readonly ListSwitch[]) => void
  readonly now: () => number
}
