import { OrderError } from '#services/ledger/order-error.ts'
import { type HistoryDocument, limits } from './history-entry.ts'
import { isCsvList, readCsvList } from './read-csv-list.ts'
import { readFeedPage } from './read-feed-page.ts'
import { isIncidentPage, readIncidentPage } from './read-incident-page.ts'
import { isReportPage, readReportPage } from './read-report-page.ts'
import { readStatuspageJson } from './read-statuspage-json.ts'
import { isTrackerPage, readTrackerPage } from './read-tracker-page.ts'

/**
 * Reads a document in whichever form it has.
 * @throws OrderError invalid where it is too long, or in no form that is known
 */
export function readDocument(name: string, bytes: Uint8Array): HistoryDocument {
  if (bytes.length > limits.documentBytes)
    throw new OrderError('wrong', `${name} is longer than ${limits.documentBytes / 1e6} MB`)
  const text = new TextDecoder().decode(bytes)
  const json = readStatuspageJson(text)
  if (json) return json
  const feed = readFeedPage(text)
  if (feed) return feed
  const lines = text.split(/\r?\n/)
  if (isReportPage(lines)) return readReportPage(lines)
  if (isTrackerPage(lines)) return readTrackerPage(lines)
  if (isIncidentPage(lines)) return readIncidentPage(lines)
  if (isCsvList(text)) return readCsvList(name, text)
  throw new OrderError(
    'wrong',
    `${name} has no form that is known: a tracker's list of outages, the page of one incident, a page of reports, incidents.json or a feed (Atom, RSS) of a status page, or CSV whose first line names a title and a beginning`,
  )
}
