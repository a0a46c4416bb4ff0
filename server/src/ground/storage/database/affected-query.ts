import type { SQLInputValue } from 'node:sqlite'
import type { AffectedLine, AffectedQuery } from '#services/ledger/ledger-store.ts'
import type { Statements } from './statements.ts'

/**
 * Who was hit: each delivery with an event that matches, once, with its first such event and its state now;
 * then the refusals that match. Keys walk in order of the ledger, so pages neither miss nor repeat a line.
 */
export function findAffected(
  statements: Statements,
  query: AffectedQuery,
  after: string,
  limit: number,
): { lines: AffectedLine[]; next: string | null } {
  if (!after.startsWith('r')) {
    const lines =
      query.kind === 'refused' ? [] : eventLines(statements, query, Number(after.slice(1) || 0), limit)
    const last = lines.at(-1)
    if (last && lines.length === limit)
      return { lines: lines.map(({ seq: _seq, ...line }) => line), next: `e${last.seq}` }
    const refused = refusalLines(statements, query, '', limit)
    return {
      lines: [...lines.map(({ seq: _seq, ...line }) => line), ...refused],
      next: refused.length === limit ? `r${refused.at(-1)?.messageId}` : null,
    }
  }
  const refused = refusalLines(statements, query, after.slice(1), limit)
  return { lines: refused, next: refused.length === limit ? `r${refused.at(-1)?.messageId}` : null }
}

function eventLines(
  statements: Statements,
  query: AffectedQuery,
  afterSeq: number,
  limit: number,
): (AffectedLine & { seq: number })[] {
  const { sql, values } = eventConditions(query)
  return statements
    .all<Omit<AffectedLine, 'contentKept'> & { seq: number; kept: number }>(
      `SELECT e.seq AS seq, e.message_id AS messageId, e.n AS n, e.tenant AS tenant, m.mail_from AS mailFrom, d.rcpt_to AS rcptTo, m.subject AS subject,
       e.kind AS happened, e.at AS happenedAt, e.node AS node, e.reason AS reason,
       ifnull(json_extract(e.detail, '$.reply'), '') AS reply, d.state AS state,
       EXISTS (SELECT 1 FROM bodies b WHERE b.message_id = e.message_id) AS kept
     FROM events e JOIN deliveries d ON d.message_id = e.message_id AND d.n = e.n JOIN messages m ON m.id = e.message_id
     WHERE e.seq > ? AND ${sql}
       AND NOT EXISTS (SELECT 1 FROM events f WHERE f.message_id = e.message_id AND f.n = e.n AND f.seq < e.seq AND ${sql.replaceAll('e.', 'f.')})
     ORDER BY e.seq LIMIT ?`,
      afterSeq,
      ...values,
      ...values,
      limit,
    )
    .map(({ kept, ...line }) => ({ ...line, contentKept: kept === 1 }))
}

function eventConditions(query: AffectedQuery): { sql: string; values: SQLInputValue[] } {
  const parts = ['e.at >= ?', 'e.at <= ?', 'e.n IS NOT NULL']
  const values: SQLInputValue[] = [query.since, query.until]
  const add = (value: string | undefined, sql: string) => {
    if (value === undefined) return
    parts.push(sql)
    values.push(value)
  }
  add(query.reason, 'e.reason = ?')
  add(query.kind, 'e.kind = ?')
  add(query.node, 'e.node = ?')
  add(query.tenant, 'e.tenant = ?')
  add(query.reply, "instr(lower(ifnull(json_extract(e.detail, '$.reply'), '')), lower(?)) > 0")
  return { sql: `(${parts.join(' AND ')})`, values }
}

function refusalLines(
  statements: Statements,
  query: AffectedQuery,
  afterId: string,
  limit: number,
): AffectedLine[] {
  if (query.kind !== undefined && query.kind !== 'refused') return []
  const parts = ['at >= ?', 'at <= ?', 'id > ?']
  const values: SQLInputValue[] = [query.since, query.until, afterId]
  for (const [value, sql] of [
    [query.reason, 'reason = ?'],
    [query.node, 'node = ?'],
    [query.tenant, 'tenant = ?'],
    [query.reply, 'instr(lower(text), lower(?)) > 0'],
  ] as const) {
    if (value === undefined) continue
    parts.push(sql)
    values.push(value)
  }
  return statements
    .all<Omit<AffectedLine, 'contentKept' | 'state' | 'n' | 'happened'>>(
      `SELECT id AS messageId, tenant, mail_from AS mailFrom, rcpt_to AS rcptTo, subject, at AS happenedAt, node, reason, code || ' ' || enhanced || ' ' || text AS reply
     FROM refusals WHERE ${parts.join(' AND ')} ORDER BY id LIMIT ?`,
      ...values,
      limit,
    )
    .map((line) => ({ ...line, n: null, happened: 'refused', state: 'refused', contentKept: false }))
}
