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
  const fields = [
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
  ]
  return `${fields.map(csvField).join(',')}\n`
}

/** A field that a spreadsheet would take for a formula gets an apostrophe: mail is written by strangers. */
function csvField(text: string): string {
  const safe = /^[\s]*[=+\-@]/.test(text) && !/^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? `'${text}` : text
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
