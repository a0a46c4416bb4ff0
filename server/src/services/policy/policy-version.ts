import type { KeptRule, KeptSender, LevelSettings } from './policy-store.ts'

/** A setting as one level has it. */
export interface SettingState {
  /** Null: nothing is set here, and the value is inherited. */
  readonly value: string | null
  /** Levels below may not change it. */
  readonly locked: boolean
}

/** One thing that a step changes: what it was, and what it becomes. */
export type PolicyEdit =
  | {
      readonly what: 'setting'
      readonly scope: string
      readonly name: string
      readonly before: SettingState
      readonly after: SettingState
    }
  | {
      readonly what: 'sender'
      readonly scope: string
      readonly kind: KeptSender['kind']
      readonly entry: string
      /** Null: it is not on the list. */
      readonly before: Pick<KeptSender, 'addedAt' | 'addedBy'> | null
      readonly after: Pick<KeptSender, 'addedAt' | 'addedBy'> | null
    }
  | {
      readonly what: 'rule'
      readonly scope: string
      readonly id: string
      /** Null: there is no such rule. */
      readonly before: KeptRule | null
      readonly after: KeptRule | null
    }
  | {
      /** The order of the rules of a level, by id. */
      readonly what: 'order'
      readonly scope: string
      readonly before: readonly string[]
      readonly after: readonly string[]
    }

/** Changes that are made together or not at all. */
export interface PolicyStep {
  readonly at: number
  /** As the audit log names him. */
  readonly who: string
  /** Address that the order came from; empty: this machine. */
  readonly ip: string
  /** Whose level it is. */
  readonly tenant: string
  readonly scope: string
  /** Word of the audit log, such as `rule-changed`. */
  readonly what: string
  /** The version that this one takes back; null: it is a change of its own. */
  readonly undoes: number | null
  readonly edits: readonly PolicyEdit[]
  /** The settings of the level as they were seen: it is made only where they are still so. Not kept. */
  readonly seen?: LevelSettings
}

/** A step as it is kept. */
export interface PolicyVersion extends PolicyStep {
  /** Grows with every step of the site. */
  readonly version: number
  /** The latest version that has taken this one back; null: none has. */
  readonly undoneBy: number | null
}

/** A version without what it changed, for lists; `first` are its first edits. */
export interface PolicyVersionLine extends Omit<PolicyVersion, 'edits'> {
  readonly count: number
  readonly first: readonly PolicyEdit[]
}

/** The same step the other way round, the last edit first. */
export function reversed(edits: readonly PolicyEdit[]): PolicyEdit[] {
  return edits.toReversed().map((each) => ({ ...each, before: each.after, after: each.before }) as PolicyEdit)
}
