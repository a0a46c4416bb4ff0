import { firstIdAt } from '#ground/platform/ids.ts'
import type { SenderFigures } from '#ground/senders/judge-sender.ts'
import type { SenderStore } from '#services/senders/sender-store.ts'
import { sentAs } from './sender-addresses.ts'
import type { Statements } from './statements.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** How far back it is looked what is usual. */
const historyMs = 30 * dayMs
/** Deliveries that a look reads of the last hour, and of the time before. */
const mostRecent = 1000
const mostKnown = 5000
const mostClients = 500

type Question = Parameters<SenderStore['figures']>[0]

/** What a mailbox has sent and what became of it, from the ledger; all of it bounded. */
export function readFigures(statements: Statements, question: Question): Omit<SenderFigures, 'hour'> {
  const { sender, now } = question
  return {
    ...readHistory(statements, sender, now),
    ...readRecipients(statements, question),
    isNewNetwork: isNewNetwork(statements, question),
  }
}

function readHistory(
  statements: Statements,
  sender: string,
  now: number,
): Pick<SenderFigures, 'day' | 'usualHour' | 'usualDay' | 'vouched'> {
  const row = statements.get<{ day: number; usualHour: number; usualDay: number; vouched: number }>(
    `SELECT coalesce((SELECT sum(recipients) FROM sending_hours WHERE sender = ?1 AND hour > ?2), 0) AS day,
       coalesce((SELECT max(recipients) FROM sending_hours WHERE sender = ?1 AND hour >= ?3 AND hour <= ?2), 0) AS usualHour,
       coalesce((SELECT max(s) FROM (SELECT sum(recipients) AS s FROM sending_hours
         WHERE sender = ?1 AND hour >= ?3 AND hour <= ?2 GROUP BY hour / ${dayMs})), 0) AS usualDay,
       coalesce((SELECT vouched FROM sending_people WHERE sender = ?1 AND vouched_until > ?4), 0) AS vouched`,
    ...[sender, now - dayMs, now - historyMs, now],
  )
  return row ?? { day: 0, usualHour: 0, usualDay: 0, vouched: 0 }
}

function readRecipients(
  statements: Statements,
  { addresses, now, recipients }: Question,
): Pick<SenderFigures, 'looked' | 'strangers' | 'settled' | 'refused'> {
  const since = firstIdAt(now - hourMs)
  const ways = addresses.flatMap(sentAs)
  const recent = ways.flatMap(({ sql, values }) =>
    statements.all<{ rcptTo: string; state: string; reason: string }>(
      `SELECT lower(d.rcpt_to) AS rcptTo, d.state, d.reason FROM messages m JOIN deliveries d ON d.message_id = m.id
       WHERE ${sql} AND m.id >= ? LIMIT ?`,
      ...[...values, since, mostRecent],
    ),
  )
  const known = new Set(
    ways.flatMap(({ sql, values }) =>
      statements
        .all<{ rcptTo: string }>(
          `SELECT lower(d.rcpt_to) AS rcptTo FROM messages m JOIN deliveries d ON d.message_id = m.id
           WHERE ${sql} AND m.id < ? ORDER BY m.id DESC LIMIT ?`,
          ...[...values, since, mostKnown],
        )
        .map((each) => each.rcptTo),
    ),
  )
  const all = new Set([...recent.map((each) => each.rcptTo), ...recipients.map((each) => each.toLowerCase())])
  const ended = recent.filter((each) => each.state === 'delivered' || each.state === 'returned')
  return {
    looked: all.size,
    strangers: [...all].filter((each) => !known.has(each)).length,
    settled: ended.length,
    refused: ended.filter((each) => each.reason === 'refused-by-receiver').length,
  }
}

function isNewNetwork(statements: Statements, { addresses, now, ip }: Question): boolean {
  if (ip === '') return false
  const before = new Set(
    addresses.flatMap((address) =>
      statements
        .all<{ ip: string }>(
          `SELECT json_extract(client, '$.ip') AS ip FROM messages
           WHERE mail_from = ? COLLATE NOCASE AND id < ? ORDER BY id DESC LIMIT ?`,
          ...[address, firstIdAt(now - dayMs), mostClients],
        )
        .map((each) => networkOf(each.ip)),
    ),
  )
  return before.size > 0 && !before.has(networkOf(ip))
}

/** The first three numbers of an IPv4 address, the first 48 bits of an IPv6 one. */
function networkOf(ip: string): string {
  return ip.includes(':') ? ip.split(':').slice(0, 3).join(':') : ip.split('.').slice(0, 3).join('.')
}
