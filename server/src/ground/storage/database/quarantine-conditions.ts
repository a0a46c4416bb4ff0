import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { QuarantineSelection } from '#services/quarantine/quarantine-store.ts'
import { type Condition, deliveryWithin, given } from './trace-conditions.ts'

/** Conditions on deliveries `d` of messages `s` that a selection of quarantine stands for. */
export function quarantineConditions(selection: QuarantineSelection): Condition[] {
  const { tenant, recipient, sender, domain, reason, verdict, subject } = selection
  const { messageIds, lines, exceptLines, setAsideFrom, setAsideUntil, within } = selection
  return [
    // The first half repeats the condition of the partial index: only then does SQLite use it.
    { sql: `d.state IN ('quarantined', 'held') AND d.state = 'quarantined'`, values: [] },
    // Those of our own are seen by who asks for them, and by nobody else.
    { sql: tenant === undefined ? 'd.tenant <> ?' : 'd.tenant = ?', values: [tenant ?? probeTenant] },
    ...given(recipient, (value) => ({ sql: 'd.rcpt_to = ? COLLATE NOCASE', values: [value] })),
    ...given(sender, (value) => ({
      sql: `(s.mail_from = ? COLLATE NOCASE OR s.header_from = ? COLLATE NOCASE OR s.header_from LIKE ? ESCAPE '\\')`,
      values: [value, value, `%<${escapeLike(value)}>`],
    })),
    ...given(domain, (value) => ({
      sql: `d.rcpt_to LIKE ? ESCAPE '\\'`,
      values: [`%@${escapeLike(value)}`],
    })),
    ...given(reason, (value) => ({ sql: 'd.reason = ?', values: [value] })),
    ...given(verdict, (value) => ({
      sql: `json_extract(s.explanation, '$.verdict') = ?`,
      values: [value],
    })),
    ...given(subject, (value) => ({
      sql: `s.subject LIKE ? ESCAPE '\\'`,
      values: [`%${escapeLike(value)}%`],
    })),
    ...given(messageIds, (value) => ({
      sql: 'd.message_id IN (SELECT value FROM json_each(?))',
      values: [JSON.stringify(value)],
    })),
    ...given(lines, (value) => ({
      sql: `d.message_id IN (SELECT substr(value, 1, 16) FROM json_each(?)) AND ${line} IN (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(value), JSON.stringify(value.map(lower))],
    })),
    ...given(exceptLines, (value) => ({
      sql: `${line} NOT IN (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(value.map(lower))],
    })),
    ...given(setAsideFrom, (value) => ({ sql: 'd.settled_at >= ?', values: [value] })),
    ...given(setAsideUntil, (value) => ({ sql: 'd.settled_at <= ?', values: [value] })),
    ...given(within, (value) => deliveryWithin(value)),
  ]
}

/** Letters beyond ASCII stay as they are, as in SQLite. */
const line = `d.message_id || ' ' || lower(d.rcpt_to)`
const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
