import { callTo } from '#services/directory/recorded-change.ts'
import type { FrozenMonth } from './frozen-months.ts'
import type { DocumentForm, HistoryEntry, KeptEntry, StatedTotals } from './history-entry.ts'
import type { HistoryIncident } from './incident.ts'

/** A document that was imported. */
export interface KeptDocument {
  /** SHA-256 of its bytes. */
  readonly id: string
  /** Name of the file, without folders. */
  readonly file: string
  readonly form: DocumentForm
  readonly entries: number
  readonly stated: StatedTotals | null
  readonly importedAt: number
  readonly importedBy: string
}

/** A document with what was read from it, about to be kept. */
export interface NewDocument {
  readonly document: KeptDocument
  readonly entries: readonly (HistoryEntry & { readonly id: string })[]
}

/** The history of incidents: what documents told, as told, and what was made of it. */
export interface HistoryStore {
  /** Oldest import first. */
  documents(): Promise<KeptDocument[]>
  /** Of all documents, in the order in which they came in. */
  entries(): Promise<KeptEntry[]>
  /** Oldest first. */
  incidents(): Promise<HistoryIncident[]>
  /** Adds documents and entries; those that are kept already stay as they are. */
  addDocuments(documents: readonly NewDocument[]): Promise<void>
  /** Takes a document with its entries out. False: there is no such document. */
  removeDocument(id: string): Promise<boolean>
  /** Says that an entry is an incident of its own, or not any more. False: there is no such entry. */
  setApart(entry: string, apart: boolean): Promise<boolean>
  /** Frozen months of our own, newest first. */
  months(limit: number): Promise<FrozenMonth[]>
  /** Keeps a frozen month: anew, or with its corrections. */
  putMonth(month: FrozenMonth): Promise<void>
  /** Names the entries as they are kept: another name once a document comes or goes, or an entry is set apart. */
  version(): Promise<string>
  /**
   * Puts these incidents in the place of all that were made before, if the entries are still those of the version that they
   * were made of. False: they are not, and nothing was done.
   */
  putIncidents(incidents: readonly HistoryIncident[], version: string): Promise<boolean>
}

/** Calls to its store, for changes that are noted with them. */
export const inHistory = callTo<HistoryStore>('history')
