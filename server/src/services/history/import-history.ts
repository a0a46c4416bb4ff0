import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { HistoryDocument } from './history-entry.ts'
import { type HistoryStore, inHistory, type NewDocument } from './history-store.ts'
import type { HistoryIncident } from './incident.ts'
import { type GivenDocument, type WorkOut, workOutHistory } from './work-out.ts'

/** An order about the history of incidents. */
export interface HistoryOrder extends DirectoryOrder {
  readonly history: HistoryStore
  /** Absent: here. */
  readonly workOut?: WorkOut
}

/** What an import comes to. */
export interface Imported {
  readonly documents: readonly {
    readonly id: string
    readonly file: string
    readonly form: HistoryDocument['form']
    readonly entries: number
    /** True: these bytes had been imported before. */
    readonly known: boolean
  }[]
  /** How many incidents the history did not hold before. */
  readonly added: number
  /** The whole history then. */
  readonly incidents: readonly HistoryIncident[]
  readonly addedIncidents: readonly HistoryIncident[]
  /** Those that the history held, and of which the new documents tell too. */
  readonly mergedIncidents: readonly HistoryIncident[]
  /** How many incidents become one with another, since a new document shows that they are the same. */
  readonly joined: number
}

/** Most entries of all documents together. */
const mostEntries = 20_000

/** What an import of these documents would come to; nothing is kept. @throws OrderError wrong where one has no known form */
export async function previewImport(order: HistoryOrder, given: readonly GivenDocument[]): Promise<Imported> {
  return (await plan(order, given)).found
}

/**
 * Reads documents about incidents and adds them to the history. All are read before any is kept; one that was imported
 * before changes nothing.
 * @throws OrderError wrong where one has no known form
 */
export async function importHistory(order: HistoryOrder, given: readonly GivenDocument[]): Promise<Imported> {
  const { found, fresh } = await plan(order, given)
  const incidents = await rebuild(order, async () => {
    const lines = fresh.map(({ document }) => ({
      ...{ what: 'history-imported', tenant: null, detail: { before: null, after: describe(document) } },
    }))
    await changeRecorded(order, inHistory.addDocuments(fresh), ...lines)
  })
  return { ...found, incidents }
}

/** Takes back an import: a document with its entries; incidents of which others tell too stay. @throws OrderError not-found */
export async function undoImport(order: HistoryOrder, id: string): Promise<HistoryIncident[]> {
  const found = (await order.history.documents()).find((each) => each.id === id)
  // Taken back before, by an order that did not come to its end.
  if (!found && (await isBehind(order.history))) await rebuild(order)
  const none = new OrderError('not-found', `there is no import ${id}`)
  if (!found) throw none
  return rebuild(order, async () => {
    const detail = { before: describe(found), after: null }
    const line = { what: 'history-import-undone', tenant: null, detail }
    if (!(await changeRecorded(order, inHistory.removeDocument(id), line))) throw none
  })
}

/** Others who change the history meanwhile; each of them makes it anew too. */
const mostTries = 5

/**
 * Makes the history anew from what is kept, and once more where that has changed by then: the last of several that do it at the
 * same time has seen what all of them have written.
 * @param write what is to be changed before, with its line in the audit log; not done where there is no place for the work
 * @throws OrderError conflict where others change it again and again meanwhile
 */
export async function rebuild(
  { history, workOut = here, at, who }: HistoryOrder,
  write: () => Promise<void> = async () => undefined,
): Promise<HistoryIncident[]> {
  let isWritten = false
  for (let tried = 0; tried < mostTries; tried++) {
    let version = ''
    const { incidents } = await workOut(async () => {
      if (!isWritten) await write()
      isWritten = true
      // Before what it names: what comes in between makes it another one.
      version = await history.version()
      return { given: [], kept: await history.entries(), known: [], at, who }
    })
    if (await history.putIncidents(incidents, version)) return [...incidents]
  }
  throw new OrderError(
    'conflict',
    'others are changing the history; your change is kept, look again in a moment',
  )
}

/** The incidents are not those of the entries that are kept. */
async function isBehind(history: HistoryStore): Promise<boolean> {
  const [entries, incidents] = await Promise.all([history.entries(), history.incidents()])
  const kept = new Set(entries.map((each) => each.id))
  const used = incidents.flatMap(({ sources }) => sources.map((each) => each.id ?? ''))
  return used.length !== kept.size || used.some((each) => !kept.has(each))
}

const here: WorkOut = async (work) => workOutHistory(await work())

async function plan(
  { history, workOut = here, at, who }: HistoryOrder,
  given: readonly GivenDocument[],
): Promise<{ found: Imported; fresh: readonly NewDocument[] }> {
  const [documents, kept, before] = await Promise.all([
    history.documents(),
    history.entries(),
    history.incidents(),
  ])
  const known = documents.map((each) => each.id)
  const { read, fresh, incidents } = await workOut(async () => ({ given, kept, known, at, who }))
  if (kept.length + fresh.reduce((sum, each) => sum + each.entries.length, 0) > mostEntries)
    throw new OrderError('wrong', `the history would hold more than ${mostEntries} entries`)
  const held = new Map(before.map((each) => [each.id, each.sources.length]))
  const stays = new Set(incidents.map((each) => each.id))
  const addedIncidents = incidents.filter((each) => !held.has(each.id))
  return {
    fresh,
    found: {
      documents: read.map(({ document: { id, file, form, entries } }) => ({
        ...{ id, file, form, entries, known: known.includes(id) },
      })),
      ...{ added: addedIncidents.length, incidents, addedIncidents },
      mergedIncidents: incidents.filter(
        ({ id, sources }) => (held.get(id) ?? sources.length) < sources.length,
      ),
      joined: before.filter((each) => !stays.has(each.id)).length,
    },
  }
}

function describe({ file, form, entries }: NewDocument['document']): object {
  return { file, form, entries }
}
