import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { buildIncidents } from './build-incidents.ts'
import type { HistoryEntry, KeptEntry } from './history-entry.ts'
import type { NewDocument } from './history-store.ts'
import type { HistoryIncident } from './incident.ts'
import { readDocument } from './read-document.ts'

/** A document that somebody hands in. */
export interface GivenDocument {
  /** Path or name; only its last part is kept. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** What has to be worked out: documents to be read, and the history with those that are new. */
export interface HistoryWork {
  readonly given: readonly GivenDocument[]
  readonly kept: readonly KeptEntry[]
  /** Ids of documents that were imported before. */
  readonly known: readonly string[]
  readonly at: number
  readonly who: string
}

export interface WorkedOut {
  /** All that were given, in their order. */
  readonly read: readonly NewDocument[]
  /** Those of them that are new, each once. */
  readonly fresh: readonly NewDocument[]
  readonly incidents: readonly HistoryIncident[]
}

/**
 * Where it is worked out: thousands of entries take a second, and the sockets of a server do not wait for that. The work is
 * asked for once it has a place there: what is refused a place has written nothing yet.
 */
export type WorkOut = (work: () => Promise<HistoryWork>) => Promise<WorkedOut>

/** @throws OrderError wrong where a document has no known form */
export function workOutHistory({ given, kept, known, at, who }: HistoryWork): WorkedOut {
  const read = given.map((each) => readGiven(each, at, who))
  const fresh = [...new Map(read.map((each) => [each.document.id, each])).values()].filter(
    (each) => !known.includes(each.document.id),
  )
  const last = kept.at(-1)?.seq ?? 0
  const added = fresh
    .flatMap(({ document: { file }, entries }) => entries.map((each) => ({ ...each, file, apart: false })))
    .map((each, index) => ({ ...each, seq: last + 1 + index }))
  return { read, fresh, incidents: buildIncidents([...kept, ...added]) }
}

function readGiven({ name, bytes }: GivenDocument, at: number, who: string): NewDocument {
  const file = basename(name).slice(0, 255)
  const { form, entries, stated } = readDocument(file, bytes)
  const id = createHash('sha256').update(bytes).digest('hex')
  return {
    document: { id, file, form, entries: entries.length, stated, importedAt: at, importedBy: who },
    entries: entries.map((each) => ({ ...each, id: fingerprintOf(id, each) })),
  }
}

function fingerprintOf(document: string, { line }: HistoryEntry): string {
  return createHash('sha256').update(`${document} ${line}`).digest('hex').slice(0, 24)
}
