import { readFileSync, statSync } from 'node:fs'
import { buildTotals } from '#services/history/build-totals.ts'
import { ownTotals } from '#services/history/frozen-months.ts'
import { limits } from '#services/history/history-entry.ts'
import { type HistoryOrder, importHistory, undoImport } from '#services/history/import-history.ts'
import type { HistoryIncident } from '#services/history/incident.ts'
import { separateEntry } from '#services/history/separate-entry.ts'
import { toldMonth } from '#services/history/told-month.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { describeMonths, describeTotals } from './describe-totals.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep import-history`. */
export const importHistoryCommand: SiteCommand = {
  name: 'import-history',
  summary: 'reads documents about incidents of the past into one history',
  help: `Usage: mailkeep import-history FILE...
Reads pages of trackers (a list of outages, or one incident), a vendor's page of reports, as text; incidents.json or
feeds (Atom, RSS) of a status page; CSV whose first line names columns. The same incident in several of them becomes
one, with where each fact comes from; what no document says stays unknown. A file that was imported before changes
nothing.`,
  options: {},
  async run(site, given, out) {
    if (given.words.length === 0) throw new UseError('name at least one file')
    const found = await importHistory(historyOrderOf(site), given.words.map(readGiven))
    const rows = found.documents.map((each) => [
      clip(each.file, 50),
      each.form,
      String(each.entries),
      each.known ? 'known already' : 'new',
    ])
    const sum = `${found.added} incidents added; the history holds ${found.incidents.length}.`
    const { documents, added } = found
    const incidents = found.incidents.map(showIncident)
    out.answer({ documents, added, incidents }, `${table(['file', 'form', 'entries', ''], rows)}\n${sum}`)
    return 0
  },
}

function readGiven(name: string) {
  try {
    if (statSync(name).size > limits.documentBytes)
      throw new UseError(`${name} is longer than ${limits.documentBytes / 1e6} MB`)
    return { name, bytes: readFileSync(name) }
  } catch (cause) {
    if (cause instanceof UseError) throw cause
    throw new UseError(`cannot read ${name}: ${(cause as Error).message}`)
  }
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists incidents of the past',
  help: `Usage: mailkeep history list
Lists all incidents of the history, oldest first: when each began as far as it is known, how long it lasted, what it
hit. A dash stands for what no document says.`,
  options: {},
  async run(site, _given, out) {
    const incidents = await site.history.incidents()
    const rows = incidents.map((each) => [
      each.id,
      showDay(each),
      each.durationMinutes === null ? '-' : `${each.durationMinutes} min`,
      each.severity ?? '-',
      clip(each.components.join(', ') || '-', 30),
      clip(each.title ?? '-', 50),
    ])
    const head = ['incident', 'began', 'lasted', 'severity', 'hit', 'title']
    const text = rows.length === 0 ? 'The history is empty.' : table(head, rows)
    out.answer({ incidents: incidents.map(showIncident) }, text)
    return 0
  },
}

const totals: SiteCommand = {
  name: 'totals',
  summary: 'sums of the past by a stated definition',
  help: `Usage: mailkeep history totals
Sums over the whole history, with the definition that they follow: outage, degraded, notices, faults of others and
maintenance apart, and how many incidents each figure knows. What the documents say of themselves stands beside, with
the reason for the difference.`,
  options: {},
  async run(site, _given, out) {
    const [incidents, documents, entries] = [
      await site.history.incidents(),
      await site.history.documents(),
      await site.history.entries(),
    ]
    const found = buildTotals(incidents, documents, entries)
    out.answer(found, describeTotals(found))
    return 0
  },
}

const separate: SiteCommand = {
  name: 'separate',
  summary: 'says that an entry is an incident of its own',
  help: `Usage: mailkeep history separate FILE LINE [--undo]
Takes an entry out of the incident that it was merged into: it is an incident of its own from now on. --undo lets it be
merged again.`,
  options: { undo: { type: 'boolean' } },
  async run(site, given, out) {
    const [file = '', line = '', ...more] = given.words
    if (!/^\d{1,7}$/.test(line) || more.length > 0) throw new UseError('name a file and a line')
    const apart = !given.flag('undo')
    await separateEntry(historyOrderOf(site), { file, line: Number(line) }, apart)
    out.answer(
      { file, line: Number(line), apart },
      `${file}:${line} ${apart ? 'is an incident of its own' : 'may be merged again'}.`,
    )
    return 0
  },
}

const imports: SiteCommand = {
  name: 'imports',
  summary: 'lists documents that were imported',
  help: `Usage: mailkeep history imports
Lists documents that were imported, oldest first, with the id that history undo-import takes.`,
  options: {},
  async run(site, _given, out) {
    const documents = await site.history.documents()
    const rows = documents.map(({ id, file, form, entries, importedAt, importedBy }) => [
      ...[id.slice(0, 12), clip(file, 50), form, String(entries), localTime(importedAt), importedBy],
    ])
    const head = ['import', 'file', 'form', 'entries', 'imported', 'by']
    out.answer({ documents }, rows.length === 0 ? 'Nothing was imported.' : table(head, rows))
    return 0
  },
}

const undo: SiteCommand = {
  name: 'undo-import',
  summary: 'takes an import back',
  help: `Usage: mailkeep history undo-import IMPORT
Takes a document with its entries out of the history; incidents of which other documents tell too stay. Imported again
it is there again. IMPORT is the id of history imports, or its first letters.`,
  options: {},
  async run(site, given, out) {
    const [id = '', ...more] = given.words
    const found = (await site.history.documents()).filter((each) => id.length >= 6 && each.id.startsWith(id))
    if (more.length > 0 || found.length !== 1)
      throw new UseError('name one import of mailkeep history imports, by six letters of its id at least')
    const [document] = found
    const incidents = await undoImport(historyOrderOf(site), document?.id ?? '')
    out.answer(
      { removed: document?.entries ?? 0, incidents: incidents.length },
      `${document?.file} is taken back; the history holds ${incidents.length} incidents.`,
    )
    return 0
  },
}

const own: SiteCommand = {
  name: 'own',
  summary: 'sums of what we have told of ourselves, by the same definition',
  help: `Usage: mailkeep history own
Sums over what the public was told of our own faults, by the same code as those of others: outage, degraded, notices and
faults of others apart, weighted downtime, minutes from beginning and end to the first post. Below it months that have
ended, as they were published, and what was corrected since.`,
  options: {},
  async run(site, _given, out) {
    const { status, incidents, history } = site
    const totals = await ownTotals({ status, incidents }, Date.now())
    const months = (await history.months(24)).map(toldMonth)
    out.answer({ totals, months }, [describeTotals(totals), describeMonths(months)].join('\n\n'))
    return 0
  },
}

function historyOrderOf(site: Site): HistoryOrder {
  return { ...orderOf(site), history: site.history }
}

function showDay({ date, window: [from, to] }: HistoryIncident): string {
  if (date !== null) return date
  return from === null && to === null ? '-' : `${from ?? ''}..${to ?? ''}`
}

/** Moments as text: they travel under names that only they have. */
function showIncident(incident: HistoryIncident) {
  const { startedAt, endedAt, firstPostAt, posts } = incident
  const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return {
    ...incident,
    ...{ startedAt: moment(startedAt), endedAt: moment(endedAt), firstPostAt: moment(firstPostAt) },
    posts: posts.map((each) => ({ ...each, at: moment(each.at) })),
  }
}

/** `./mailkeep history`. */
export const historyCommand: GroupCommand = {
  name: 'history',
  summary: 'incidents of the past: lists them, sums them, keeps them apart',
  verbs: [list, totals, own, imports, undo, separate],
}
