import type { Layer } from '#ground/learning/layer.ts'
import type { Sketch } from '#ground/learning/sketch.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { LayerRecord, LearningStore } from './learning-store.ts'

/** A message whose right answer is known. */
export interface GoldenMessage {
  readonly name: string
  readonly kind: 'clean' | 'bad'
  readonly findings: string
  readonly sketch: Sketch
  readonly tolerance: number
}

/** Whether a message is kept from its recipients, without what was learnt and with it. */
export interface BothWays {
  readonly without: boolean
  readonly with: boolean
}

export interface LearningLimits {
  /** Messages that a layer is tried on in each stage, or this time where less mail comes in. */
  readonly messages: number
  readonly timeMs: number
  /** Points at most. */
  readonly most: number
}

/** What the verbs of this folder need. */
export interface LearningParts {
  readonly store: LearningStore
  /** The same, for what only reads. */
  readonly readStore: LearningStore
  readonly directory: Pick<DirectoryStore, 'tenants'>
  /** Puts layers in force for the flow; all others are not. The newest of a tenant come first. */
  readonly publish: (layers: readonly LayerRecord[], most: number) => Promise<void>
  readonly golden: () => Promise<readonly GoldenMessage[]>
  /** Judges a message by findings in JSON, those of this learning left out, with a layer and without. */
  readonly judge: (
    message: { readonly findings: string; readonly sketch: Sketch; readonly tolerance: number },
    layer: Layer,
    most: number,
  ) => BothWays
  readonly limits: () => LearningLimits
  readonly alarms: Alarms
  readonly now: () => number
}
