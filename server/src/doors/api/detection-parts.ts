import type { DefinitionParts } from '#services/definitions/definition-parts.ts'
import type { DefinitionStore } from '#services/definitions/definition-store.ts'
import type { LearningParts } from '#services/learning/learning-parts.ts'
import type { ListParts } from '#services/lists/list-parts.ts'

/** Something that is brought from elsewhere again and again, and how old what is in force is. */
export interface FeedState {
  readonly kind: 'definitions' | 'signatures' | 'hosts'
  readonly name: string
  /** Empty: it is put in place by hand. */
  readonly source: string
  /** Empty: none yet. */
  readonly version: string
  /** When its source made it. */
  readonly made: number | null
  readonly entries: number | null
  /** Why it does not count, or is not taken; empty: all is well. */
  readonly fault: string
}

/** What the HTTP door needs to show and change what decides about mail. */
export interface DetectionParts {
  readonly definitions: DefinitionParts
  /** Reading holds up nothing that writes. */
  readonly readDefinitions: DefinitionStore
  readonly learning: LearningParts
  readonly lists: ListParts
  /** What this process knows of its feeds; costs little. */
  feeds(): readonly FeedState[]
}
