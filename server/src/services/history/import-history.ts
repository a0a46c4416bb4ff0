import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { type DirectoryOrder, recordOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { buildIncidents } from './build-incidents.ts'
import type { HistoryDocument, HistoryEntry } from './history-entry.ts'
import type { HistoryStore, NewDocument } from './history-store.ts'
import type { HistoryIncident } from './incident.ts'
import { readDocument } from './read-document.ts'

/** An order about the history of incidents. */
export interface HistoryOrder extends DirectoryOrder {
  readonly history: HistoryStore
}

/** A document that somebody hands in. */
export interface GivenDocument {
  /** Path or name; only its last part is kept. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** What an import came to. */
export interface Imported {
  readonly documents: readonly {
    readonly file: string
    readonly form: HistoryDocument['form']
    readonly entries: number
    /** True: these bytes had been imported before. */
    readonly known: boolean
  }[]
  /** Incidents that the history did not hold before. */
  readonly added: number
  readonly incidents: readonly HistoryIncident[]
}

/** Most entries of all documents together. */
const mostEntries = 20_000

/**
 * Reads documents about incidents and adds them to the history. All are read before any is kept; one that was imported
 * before changes nothing.
 * @throws OrderError wrong where one has no known form
 */
export async function importHistory(order: HistoryOrder, given: readonly GivenDocument[]): Promise<Imported> {
  const known = new Set((await order.history.documents()).map((each) => each.id))
  const read = given.map((each) => readGiven(each, order))
  const fresh = [...new Map(read.map((each) => [each.document.id, each])).values()].filter(
    (each) => !known.has(each.document.id),
  )
  const before = new Set((await order.history.incidents()).map((each) => each.id))
  const kept = (await order.history.entries()).length
  if (kept + fresh.reduce((sum, each) => sum + each.entries.length, 0) > mostEntries)
    throw new OrderError('wrong', `the history would hold more than ${mostEntries} entries`)
  await order.history.addDocuments(fresh)
  const incidents = await rebuild(order.history)
  const added = incidents.filter((each) => !before.has(each.id)).length
  for (const { document } of fresh)
    await recordOrder(order, 'history-imported', null, { before: null, after: describe(document) })
  return {
    documents: read.map(({ document: { id, file, form, entries } }) => ({
      ...{ file, form, entries, known: known.has(id) },
    })),
    ...{ added, incidents },
  }
}

/** Makes the history anew from what is kept. */
export async function rebuild(history: HistoryStore): Promise<HistoryIncident[]> {
  const incidents = buildIncidents(await history.entries())
  await history.putIncidents(incidents)
  return incidents
}

function readGiven({ name, bytes }: GivenDocument, { at, who }: HistoryOrder): NewDocument {
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

function describe({ file, form, entries }: NewDocument['document']): object {
  return { file, form, entries }
}
