import { csvLine } from '#ground/platform/csv-line.ts'
import type { MailLine } from './search-store.ts'

const columns = [
  'message',
  'recipient number',
  'received',
  'tenant',
  'direction',
  'sender',
  'recipient',
  'subject',
  'size',
  'verdict',
  'score',
  'client',
  'state',
  'reason',
  'attempts',
  'last reply',
  'node',
] as const

/** Lines as CSV: the head, and a line for each. */
export const mailCsvHead = `${columns.join(',')}\n`

export function mailCsv(line: MailLine): string {
  return csvLine([
    line.messageId,
    String(line.n ?? ''),
    new Date(line.at).toISOString(),
    line.tenant,
    line.direction,
    line.mailFrom,
    line.rcptTo,
    line.subject,
    String(line.size),
    line.verdict,
    String(line.score ?? ''),
    line.ip,
    line.state,
    line.reason,
    String(line.attempts),
    line.reply,
    line.node,
  ])
}
