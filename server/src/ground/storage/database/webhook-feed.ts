import { domainPart } from '#ground/mail/address.ts'
import type { FeedEvent, FeedPage, FeedQuery } from '#services/webhooks/webhook-store.ts'
import type { Statements } from './statements.ts'

/** Where a reader of the feed stands in each of the books that it is made of. */
interface Place {
  readonly event: number
  readonly refusal: string
  readonly happening: number
  readonly audit: number
}

/** Lines of the ledger that one question looks at: a filter that finds nothing must not read all of it. */
const window = 2000

type EventRow = Omit<FeedEvent, 'id' | 'detail'> & { readonly seq: number; readonly kind: string }

/** A release is a change to waiting that a person has asked for; what is set aside at once is accepted as such. */
const toldKind = `CASE WHEN e.kind = 'waiting' AND e.reason IN ('released-from-quarantine', 'released-from-hold', 'released-by-sender')
  THEN 'released' WHEN e.kind = 'accepted' AND e.state <> 'waiting' THEN e.state ELSE e.kind END`

const domainOf = (column: string) => `lower(substr(${column}, instr(${column}, '@') + 1))`

export function readNewestCursor(statements: Statements): string {
  return write({
    event: statements.get<{ at: number | null }>('SELECT max(seq) AS at FROM events')?.at ?? 0,
    refusal: statements.get<{ at: string | null }>('SELECT max(id) AS at FROM refusals')?.at ?? '',
    happening: statements.get<{ at: number | null }>('SELECT max(seq) AS at FROM happenings')?.at ?? 0,
    audit: newestAudit(statements),
  })
}

/** Events of mail first, then refusals, then alarms and what people ask, then the audit log: in order within each, and none left out. */
export function readFeed(statements: Statements, cursor: string, query: FeedQuery): FeedPage {
  const from = read(cursor, statements)
  const mail = readEvents(statements, from.event, query)
  const room = query.limit - mail.events.length
  const refused =
    mail.isEnd && room > 0 ? readRefusals(statements, from.refusal, query, room) : none(from.refusal)
  const left = room - refused.events.length
  const others =
    mail.isEnd && refused.isEnd && left > 0
      ? readHappenings(statements, from.happening, query, left)
      : none(from.happening)
  const last = left - others.events.length
  const audit =
    mail.isEnd && refused.isEnd && others.isEnd && last > 0
      ? readAudit(statements, from.audit, query, last)
      : none(from.audit)
  return {
    events: [...mail.events, ...refused.events, ...others.events, ...audit.events],
    cursor: write({ event: mail.at, refusal: refused.at, happening: others.at, audit: audit.at }),
    isEnd: mail.isEnd && refused.isEnd && others.isEnd && audit.isEnd,
  }
}

interface Part<At> {
  readonly events: FeedEvent[]
  readonly at: At
  readonly isEnd: boolean
}

const none = <At>(at: At): Part<At> => ({ events: [], at, isEnd: false })

function readEvents(statements: Statements, from: number, query: FeedQuery): Part<number> {
  const newest = statements.get<{ at: number | null }>('SELECT max(seq) AS at FROM events')?.at ?? 0
  const to = Math.min(newest, from + window)
  const rows = statements.all<EventRow>(
    `SELECT e.seq, e.at, e.tenant, e.message_id AS messageId, e.direction, e.reason,
       ${toldKind} AS kind,
       m.mail_from AS sender, m.subject, d.rcpt_to AS recipient
     FROM events e LEFT JOIN messages m ON m.id = e.message_id
       LEFT JOIN deliveries d ON d.message_id = e.message_id AND d.n = e.n
     WHERE e.seq > ?1 AND e.seq <= ?2 AND (?3 IS NULL OR e.tenant IN (SELECT value FROM json_each(?3)))
       AND ${toldKind} IN (SELECT value FROM json_each(?4))
       AND (?5 IS NULL OR ${domainOf('d.rcpt_to')} IN (SELECT value FROM json_each(?5))
         OR ${domainOf('m.mail_from')} IN (SELECT value FROM json_each(?5)))
     ORDER BY e.seq LIMIT ?6`,
    from,
    to,
    query.tenants && JSON.stringify(query.tenants),
    JSON.stringify(query.kinds.filter((each) => each !== 'refused')),
    query.domains && JSON.stringify(query.domains),
    query.limit,
  )
  const isFull = rows.length === query.limit
  return {
    events: rows.map(({ seq, ...row }) => ({ ...row, id: `event-${seq}`, detail: null })),
    at: isFull ? (rows.at(-1)?.seq ?? to) : to,
    isEnd: !isFull && to === newest,
  }
}

function readRefusals(statements: Statements, from: string, query: FeedQuery, limit: number): Part<string> {
  if (!query.kinds.includes('refused')) return { events: [], at: from, isEnd: true }
  const rows = statements.all<{
    id: string
    at: number
    tenant: string
    sender: string
    recipient: string
    subject: string
    reason: string
    code: number
    text: string
    isWanted: number
  }>(
    `SELECT id, at, tenant, mail_from AS sender, rcpt_to AS recipient, subject, reason, code, text,
       (?2 IS NULL OR tenant IN (SELECT value FROM json_each(?2)))
         AND (?3 IS NULL OR ${domainOf('rcpt_to')} IN (SELECT value FROM json_each(?3))) AS isWanted
     FROM refusals WHERE id > ?1 AND at < ?4 ORDER BY id LIMIT ?5`,
    from,
    query.tenants && JSON.stringify(query.tenants),
    query.domains && JSON.stringify(query.domains),
    query.until,
    limit,
  )
  return {
    events: rows
      .filter((each) => each.isWanted === 1)
      .map(({ id, code, text, isWanted: _wanted, ...row }) => ({
        ...row,
        id: `refusal-${id}`,
        kind: 'refused',
        messageId: id,
        direction: null,
        detail: { code, text },
      })),
    at: rows.at(-1)?.id ?? from,
    isEnd: rows.length < limit,
  }
}

/** An alarm, or what became of something that people asked or reported: who, and about which mail, stands there. */
type HappeningRow = Pick<
  FeedEvent,
  'at' | 'tenant' | 'kind' | 'messageId' | 'sender' | 'recipient' | 'subject'
> & {
  readonly seq: number
  readonly person: string | null
  readonly detail: string
}

function readHappenings(statements: Statements, from: number, query: FeedQuery, limit: number): Part<number> {
  const rows = statements.all<HappeningRow>(
    `SELECT h.seq, h.at, h.tenant, h.kind, h.detail, coalesce(r.person, p.reporter) AS person, coalesce(r.message_id, p.message_id) AS messageId,
       coalesce(r.rcpt_to, p.rcpt_to) AS recipient, m.mail_from AS sender, m.subject
     FROM happenings h LEFT JOIN release_requests r ON r.id = json_extract(h.detail, '$.request')
       LEFT JOIN reports p ON p.id = json_extract(h.detail, '$.report')
       LEFT JOIN messages m ON m.id = coalesce(r.message_id, p.message_id)
     WHERE h.seq > ? ORDER BY h.seq LIMIT ?`,
    from,
    limit,
  )
  const isWanted = ({ tenant, kind, recipient, person }: HappeningRow) =>
    query.kinds.includes(kind) &&
    (query.tenants === null || (tenant !== null && query.tenants.includes(tenant))) &&
    (query.domains === null || query.domains.includes(domainPart(recipient ?? person ?? '')))
  return {
    events: rows.filter(isWanted).map(({ seq, person, detail, ...row }) => ({
      ...row,
      id: `happening-${seq}`,
      direction: row.messageId === null ? null : 'inbound',
      reason: null,
      detail: { ...(JSON.parse(detail) as object), ...(person !== null && { person }) },
    })),
    at: rows.at(-1)?.seq ?? from,
    isEnd: rows.length < limit,
  }
}

const newestAudit = (statements: Statements) =>
  statements.get<{ at: number | null }>('SELECT max(id) AS at FROM changes')?.at ?? 0

/** Lines of the audit log are of a tenant or of the whole site, and never of a domain. */
function readAudit(statements: Statements, from: number, query: FeedQuery, limit: number): Part<number> {
  if (!query.kinds.includes('audited') || query.domains !== null)
    return { events: [], at: newestAudit(statements), isEnd: true }
  const rows = statements.all<{
    id: number
    at: number
    tenant: string | null
    what: string
    who: string
    ip: string
    detail: string
  }>(
    'SELECT id, at, tenant, what, who, ip, detail FROM changes WHERE id > ? ORDER BY id LIMIT ?',
    from,
    limit,
  )
  return {
    events: rows
      .filter(({ tenant }) => query.tenants === null || (tenant !== null && query.tenants.includes(tenant)))
      .map(({ id, at, tenant, what, who, ip, detail }) => ({
        ...{ id: `audit-${id}`, kind: 'audited', at, tenant, messageId: null, direction: null },
        ...{ sender: null, recipient: null, subject: null, reason: null },
        detail: { what, who, ip, detail: JSON.parse(detail) as object },
      })),
    at: rows.at(-1)?.id ?? from,
    isEnd: rows.length < limit,
  }
}

/** A cursor of a version that knew no audit log goes on with what comes from now on. */
function read(cursor: string, statements: Statements): Place {
  const [event = '0', refusal = '', happening = '0', audit] = cursor.split('.')
  return {
    ...{ event: Number(event) || 0, refusal, happening: Number(happening) || 0 },
    audit: audit === undefined ? newestAudit(statements) : Number(audit) || 0,
  }
}

function write({ event, refusal, happening, audit }: Place): string {
  return `${event}.${refusal}.${happening}.${audit}`
}
