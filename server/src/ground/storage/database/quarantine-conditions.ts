import type { NumberBounds } from '#ground/platform/number-bounds.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { QuarantineSelection } from '#services/quarantine/quarantine-store.ts'
import { type Condition, deliveryWithin, given, join } from './trace-conditions.ts'

/** Conditions on deliveries `d` of messages `s` that a selection of quarantine stands for. */
export function quarantineConditions(selection: QuarantineSelection): Condition[] {
  const { tenant, recipient, sender, domain, reason, verdict, subject } = selection
  const { score, size, messageIds, lines, exceptLines, setAsideFrom, setAsideUntil, within } = selection
  return [
    // The first half repeats the condition of the partial index: only then does SQLite use it.
    { sql: `d.state IN ('quarantined', 'held') AND d.state = 'quarantined'`, values: [] },
    // Those of our own are seen by who asks for them, and by nobody else.
    { sql: tenant === undefined ? 'd.tenant <> ?' : 'd.tenant = ?', values: [tenant ?? probeTenant] },
    ...given(recipient, (value) => isAt(value, 'd.rcpt_to')),
    ...given(sender, (value) => {
      const [envelope, author, named] = [
        isAt(value, 's.mail_from'),
        isAt(value, 's.header_from'),
        isAt(value, 's.header_from', '>'),
      ]
      return {
        sql: `(${envelope.sql} OR ${author.sql} OR ${named.sql})`,
        values: [...envelope.values, ...author.values, ...named.values],
      }
    }),
    ...given(domain, (value) => ({
      sql: `d.rcpt_to LIKE ? ESCAPE '\\'`,
      values: [`%@${escapeLike(value)}`],
    })),
    ...given(reason, (value) => isAmong('d.reason', value)),
    ...given(verdict, (value) => isAmong(`json_extract(s.explanation, '$.verdict')`, value)),
    ...given(score, (bounds) => isBetween(`ifnull(json_extract(s.explanation, '$.score'), 0)`, bounds)),
    ...given(size, (bounds) => isBetween('s.size', bounds)),
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
    ...given(within, (value) => deliveryWithin(value, 's', 'many')),
  ]
}

/** Letters beyond ASCII stay as they are, as in SQLite. */
const line = `d.message_id || ' ' || lower(d.rcpt_to)`
const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** An address, or a domain with all below it; `end`: what stands behind it, as in `Anna <anna@one.test>`. */
function isAt(wanted: string, column: string, end = ''): Condition {
  const name = escapeLike(wanted.replace(/^@/, ''))
  if (wanted.lastIndexOf('@') < 1)
    return {
      sql: `(${column} LIKE ? ESCAPE '\\' OR ${column} LIKE ? ESCAPE '\\')`,
      values: [`%@${name}${end}`, `%@%.${name}${end}`],
    }
  return end === ''
    ? { sql: `${column} = ? COLLATE NOCASE`, values: [wanted] }
    : { sql: `${column} LIKE ? ESCAPE '\\'`, values: [`%<${name}${end}`] }
}

function isAmong(column: string, list: string): Condition {
  const wanted = list.split(',').map((each) => each.trim())
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(wanted)] }
}

const operators = { gt: '>', geq: '>=', lt: '<', leq: '<=', eq: '=' } as const

function isBetween(column: string, bounds: NumberBounds): Condition {
  const given = (Object.keys(operators) as (keyof typeof operators)[]).filter(
    (each) => bounds[each] !== undefined,
  )
  return {
    sql: join(given.map((each) => ({ sql: `${column} ${operators[each]} ?`, values: [] }))),
    values: given.map((each) => bounds[each] ?? 0),
  }
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
