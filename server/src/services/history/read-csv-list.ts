import { CsvError, type Info } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { OrderError } from '#services/ledger/order-error.ts'
import { type HistoryDocument, type HistoryEntry, limits, type Severity } from './history-entry.ts'
import { dayOf, readPrintedDuration, readTrackerMoment } from './read-moment.ts'

/** Names that a column may have; case, spaces, hyphens and underscores do not count. */
const columnNames = {
  title: ['title', 'name', 'incident', 'summary'],
  severity: ['severity', 'impact'],
  started: ['started', 'startedat', 'start', 'began', 'begin', 'date', 'detected'],
  ended: ['ended', 'endedat', 'end', 'resolved', 'resolvedat'],
  duration: ['duration', 'length', 'lasted'],
  affected: ['affected', 'component', 'components', 'services', 'hit'],
  posted: ['posted', 'postedat', 'firstpost', 'published', 'publishedat', 'told'],
  text: ['text', 'description', 'body', 'message', 'update', 'updates'],
} as const
type Column = keyof typeof columnNames
type Columns = Partial<Record<Column, number>>

const severities: Readonly<Record<string, Severity>> = {
  ...{ none: 'notice', notice: 'notice', maintenance: 'notice', minor: 'minor', degraded: 'minor' },
  ...{ major: 'major', partial: 'major', outage: 'major', critical: 'critical' },
}

/** True: the first line names a title and a beginning, so it is a list of incidents as CSV. */
export function isCsvList(text: string): boolean {
  const heads = firstLine(text).split(delimiterOf(text))
  const columns = readHead(heads.map((each) => each.replace(/^\s*"|"\s*$/g, '')))
  return columns.title !== undefined && columns.started !== undefined
}

const firstLine = (text: string) => text.slice(0, 4096).split(/\r?\n/, 1)[0] ?? ''

/** The one that its heads are parted by; the others stand within cells. */
function delimiterOf(text: string): string {
  const count = (mark: string) => firstLine(text).split(mark).length
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0] ?? ','
}

/** Reads a list of incidents as CSV, one a line, moments in UTC unless they say otherwise. @throws OrderError */
export function readCsvList(name: string, text: string): HistoryDocument {
  const rows = rowsOf(name, text)
  const columns = readHead(rows[0]?.record ?? [])
  const entries = rows
    .slice(1, limits.entries + 1)
    .map(({ record, info }) => readRow((column) => cellOf(record, columns, column), info.lines))
  return { form: 'csv-list', entries, stated: null }
}

function rowsOf(name: string, text: string): { record: string[]; info: Info }[] {
  try {
    return parse(text, {
      ...{ bom: true, delimiter: delimiterOf(text), info: true, relax_column_count: true },
      ...{ skip_empty_lines: true, trim: true, max_record_size: limits.text * 4 },
    }) as unknown as { record: string[]; info: Info }[]
  } catch (cause) {
    if (cause instanceof CsvError) throw new OrderError('wrong', `${name} cannot be read: ${cause.message}`)
    throw cause
  }
}

function readHead(record: readonly string[]): Columns {
  const heads = record.map((each) => each.toLowerCase().replace(/^\ufeff|[\s_-]/g, ''))
  const found = Object.entries(columnNames).map(([column, names]) => [
    column,
    heads.findIndex((each) => (names as readonly string[]).includes(each)),
  ])
  return Object.fromEntries(found.filter(([, at]) => Number(at) >= 0)) as Columns
}

function cellOf(record: readonly string[], columns: Columns, column: Column): string {
  const at = columns[column]
  return at === undefined ? '' : (record[at] ?? '')
}

function readRow(cell: (column: Column) => string, line: number): HistoryEntry {
  const [startedAt, text, postedAt] = [momentIn(cell('started')), cell('text'), momentIn(cell('posted'))]
  const day = /^(\d{4})-(\d\d)-(\d\d)/.exec(cell('started'))
  return {
    ...{ line, form: 'csv-list', title: cell('title').slice(0, limits.title) || null },
    severity: severities[cell('severity').toLowerCase()] ?? null,
    ...{ detectedAt: startedAt, resolvedAt: momentIn(cell('ended')) },
    day: day ? dayOf(Number(day[1]), Number(day[2]), Number(day[3])) : null,
    printedDuration: readPrintedDuration(cell('duration')) === null ? null : cell('duration'),
    affected: cell('affected')
      .split(/[;|]/)
      .flatMap((each) => each.trim().slice(0, 120) || [])
      .slice(0, 100),
    posts:
      text === '' && postedAt === null
        ? []
        : [{ state: null, at: postedAt, text: text.slice(0, limits.text) }],
  }
}

/** As trackers print it, or `2027-05-04 09:10` in UTC; a day alone is no moment. */
function momentIn(text: string): number | null {
  const iso = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?: ?(?:UTC|Z))?$/i.exec(text)
  const at = iso ? Date.parse(`${iso[1]}T${iso[2]}Z`) : readTrackerMoment(text)
  return at === null || Number.isNaN(at) ? null : at
}
