import type { FilterTexts } from './read-filter.ts'

/** A filter with a name. */
export interface SavedQuestion {
  readonly id: string
  /** Where whoever saved it stands: those who reach this tenant may share it. */
  readonly tenant: string
  readonly name: string
  readonly question: FilterTexts
  readonly isShared: boolean
  readonly who: string
  readonly changedAt: number
}

/** Whose questions somebody may see: his own, and shared ones of tenants in his reach. */
export interface QuestionReader {
  readonly who: string
  /** Null: all. */
  readonly tenants: readonly string[] | null
}

export interface QuestionStore {
  /** By name; at most 500. */
  list(reader: QuestionReader): Promise<SavedQuestion[]>
  read(id: string, reader: QuestionReader): Promise<SavedQuestion | null>
  /** Adds or changes one, with a line in the audit log that has what it was before. */
  put(question: SavedQuestion, by: { readonly who: string; readonly ip: string }): Promise<void>
  /** False: there was none. */
  remove(id: string, by: { readonly who: string; readonly ip: string; readonly at: number }): Promise<boolean>
}
