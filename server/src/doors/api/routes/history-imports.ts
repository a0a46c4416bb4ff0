import { type HistoryImport, type HistoryImported, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import type { KeptDocument } from '#services/history/history-store.ts'
import {
  type HistoryOrder,
  type Imported,
  importHistory,
  previewImport,
  undoImport,
} from '#services/history/import-history.ts'
import { separateEntry } from '#services/history/separate-entry.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { moment } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { lineOf, viewOf } from './history.ts'
import { directoryOrderOf } from './order-of.ts'

const shownLines = 50

/** `/api/v1/history/imports` and `/entries`: documents about the past come in, are taken back, and put right by hand. */
export function historyImportRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.historyImports, async ({ query: { after, limit = 25 } }) => {
    const found = (await parts.history.documents()).toReversed()
    const start = after === undefined ? 0 : found.findIndex((each) => each.id === after) + 1
    if (after !== undefined && start === 0) throw new OrderError('wrong', 'after: no line of this list')
    const lines = found.slice(start, start + limit)
    return {
      lines: lines.map(describeImport),
      next: start + limit < found.length ? (lines.at(-1)?.id ?? null) : null,
    }
  })
  addRoute(app, routes.importHistory, async ({ principal, body: { documents, dryRun = false } }) => {
    const given = documents.map(({ name, content }) => ({ name, bytes: Buffer.from(content, 'base64') }))
    const order = orderOf(parts, principal)
    return describeImported(await (dryRun ? previewImport : importHistory)(order, given))
  })
  addRoute(app, routes.undoHistoryImport, async ({ principal, params }) => {
    const found = (await parts.history.documents()).find((each) => each.id === params.document)
    const incidents = await undoImport(orderOf(parts, principal), params.document)
    return { removed: found?.entries ?? 0, incidents: incidents.length }
  })
  addRoute(app, routes.separateHistoryEntry, async ({ principal, params, body }) =>
    viewOf(await separateEntry(orderOf(parts, principal), { id: params.entry }, body.isApart)),
  )
}

function orderOf(parts: ApiParts, principal: Principal): HistoryOrder {
  const { writeHistory: history, workOutHistory: workOut } = parts
  return { ...directoryOrderOf(parts, principal), history, workOut }
}

function describeImport({ id, file, form, entries, importedAt, importedBy }: KeptDocument): HistoryImport {
  return { id, file, form, entries, importedAt: moment(importedAt), importedBy }
}

function describeImported({
  documents,
  addedIncidents,
  mergedIncidents,
  joined,
  incidents,
}: Imported): HistoryImported {
  return {
    documents: documents.map(({ known, ...each }) => ({ ...each, isKnown: known })),
    ...{ added: addedIncidents.length, merged: mergedIncidents.length, joined },
    addedLines: addedIncidents.slice(0, shownLines).map(lineOf),
    mergedLines: mergedIncidents.slice(0, shownLines).map(lineOf),
    incidents: incidents.length,
  }
}
