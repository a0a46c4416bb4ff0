import type { NewReport } from '#flow/spool/report.ts'
import type { NewReviewLink } from '#flow/spool/review-note.ts'
import { splitTag } from '#ground/mail/address.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { AskedManager } from '#services/review/managers-for.ts'
import type { ReviewPeopleQuery, ReviewPerson, Standing } from '#services/review/review-standing.ts'
import type {
  Asked,
  AskedGroup,
  AskedOfPeople,
  Person,
  ReleaseRequest,
  RequestLine,
  RequestQuery,
  ReviewLine,
  ReviewLink,
  ReviewNews,
  ReviewQuery,
  ReviewSession,
  ReviewState,
  ReviewStore,
} from '#services/review/review-store.ts'
import { countAsked, listAsked, listAskedManagers, listAskedOf } from './asked-rows.ts'
import { noteHappening } from './happening-rows.ts'
import { isReleasedForScan } from './release-rows.ts'
import { takeReport } from './report-rows.ts'
import { listReviewPeople, readStanding } from './review-people-rows.ts'
import { noteReviewNews, putLink } from './review-rows.ts'
import type { SqliteDirectoryStore } from './sqlite-directory-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'
import { given, join, rowWithin } from './trace-conditions.ts'

/** Fact that tells how far the ledger has been read. */
const readFact = 'review-news'
const linksKeptMs = 30 * 86_400_000
const goneKeptMs = 3 * 86_400_000
const requestsKeptMs = 90 * 86_400_000

const stateColumns = `address, tenant, due_at AS dueAt, news_since AS newsSince, asked, freed, mailed_at AS mailedAt, reviewed_at AS reviewedAt`
const lineColumns = `d.message_id AS messageId, d.n, d.tenant, d.rcpt_to AS rcptTo, w.at, d.state, d.reason, m.mail_from AS mailFrom,
  m.header_from AS headerFrom, m.header_message_id AS headerMessageId, m.subject, m.received_at AS receivedAt, m.size, json_extract(m.explanation, '$.verdict') AS verdict,
  coalesce(json_extract(m.explanation, '$.score'), 0) AS score, coalesce(json_extract(m.explanation, '$.findings'), '[]') AS findings,
  r.state AS request, coalesce(r.note, '') AS requestNote`
/** What waits for somebody: ?1 his address, ?2 his tenant, ?3 the score that he sees, ?4 what is new to him. */
const lines = `FROM review_mail w JOIN deliveries d ON d.message_id = w.message_id AND d.n = w.n AND d.tenant = w.tenant
  JOIN messages m ON m.id = d.message_id LEFT JOIN release_requests r ON r.message_id = d.message_id AND r.n = d.n
  WHERE w.address = ?1 AND w.tenant = ?2 AND (?3 IS NULL OR coalesce(json_extract(m.explanation, '$.score'), 0) <= ?3)
    AND (?4 IS NULL OR w.at > ?4)`
const waiting = `w.gone_at IS NULL AND d.state = 'quarantined'`
const requestColumns = `r.id, r.message_id AS messageId, r.n, r.tenant, r.rcpt_to AS rcptTo, r.person, r.asked_at AS askedAt, r.state,
  r.decided_at AS decidedAt, r.decided_by AS decidedBy, r.note, coalesce(m.subject, '') AS subject, coalesce(m.mail_from, '') AS mailFrom,
  coalesce(m.header_from, '') AS headerFrom, coalesce(json_extract(m.explanation, '$.verdict'), '') AS verdict,
  coalesce(d.reason, '') AS reason, coalesce(d.state, 'forgotten') AS mailState`
const requestRows = `FROM release_requests r LEFT JOIN messages m ON m.id = r.message_id
  LEFT JOIN deliveries d ON d.message_id = r.message_id AND d.n = r.n`

/** ReviewStore on SQLite. Whatever changes runs inside a transaction of the caller. */
export class SqliteReviewStore implements Synchronous<ReviewStore> {
  readonly #statements: Statements
  readonly #directory: SqliteDirectoryStore

  constructor(statements: Statements, directory: SqliteDirectoryStore) {
    this.#statements = statements
    this.#directory = directory
  }

  person(address: string): Person | null {
    const lower = address.toLowerCase()
    const at = lower.lastIndexOf('@')
    const plain = `${splitTag(lower.slice(0, at)).base}${lower.slice(at)}`
    for (const each of new Set([lower, plain])) {
      const row = this.#statements.get<{ address: string; tenant: string }>(
        `SELECT lower(u.owner) AS address, o.tenant FROM users u JOIN domains o ON o.name = u.domain WHERE u.address = ?`,
        each,
      )
      if (row) return { ...row, isListed: true }
    }
    const domain = this.#statements.get<{ tenant: string }>(
      'SELECT tenant FROM domains WHERE name = ?',
      lower.slice(at + 1),
    )
    return domain ? { address: plain, tenant: domain.tenant, isListed: false } : null
  }

  news(limit: number): { upTo: number; from: number; news: ReviewNews[] } {
    const from = this.#readUpTo()
    const last =
      this.#statements.get<{ last: number | null }>('SELECT max(seq) AS last FROM events')?.last ?? 0
    // Numbers of forgotten events are gone: begin where the ledger begins.
    const first =
      this.#statements.get<{ first: number | null }>('SELECT min(seq) AS first FROM events')?.first ?? 0
    const upTo = Math.min(last, Math.max(from, first - 1) + limit)
    const news = this.#statements.all<ReviewNews>(
      `SELECT e.message_id AS messageId, e.n, e.tenant, d.rcpt_to AS rcptTo, e.at,
         CASE WHEN e.state = 'quarantined' THEN 'aside' WHEN e.reason IN ('re-judged', 'just-accepted') THEN 'freed' ELSE 'gone' END AS kind
       FROM events e JOIN deliveries d ON d.message_id = e.message_id AND d.n = e.n
       WHERE e.seq > ? AND e.seq <= ? AND e.direction = 'inbound'
         AND (e.state = 'quarantined' OR (e.state IN ('waiting', 'discarded') AND e.kind <> 'accepted')) ORDER BY e.seq`,
      from,
      upTo,
    )
    return { upTo, from, news }
  }

  noteNews(from: number, upTo: number, news: readonly ReviewNews[]): void {
    if (this.#readUpTo() !== from) return
    for (const each of news) noteReviewNews(this.#statements, each)
    this.#statements.run('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)', readFact, String(upTo))
  }

  #readUpTo(): number {
    const row = this.#statements.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', readFact)
    return Number(row?.value ?? 0)
  }

  state(address: string): ReviewState | null {
    const row = this.#statements.get<StateRow>(
      `SELECT ${stateColumns} FROM review_people WHERE address = ?`,
      address,
    )
    return row ? toState(row) : null
  }

  people(query: ReviewPeopleQuery): ReviewPerson[] {
    return listReviewPeople(this.#statements, query)
  }

  standings(
    people: readonly Pick<ReviewQuery, 'address' | 'tenant' | 'visibility'>[],
    most: number,
  ): Standing[] {
    return people.map((each) => readStanding(this.#statements, each, this.state(each.address), most))
  }

  due(now: number, limit: number): ReviewState[] {
    return this.#statements
      .all<StateRow>(
        `SELECT ${stateColumns} FROM review_people WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?`,
        now,
        limit,
      )
      .map(toState)
  }

  putOff(address: string, was: number | null, dueAt: number | null): void {
    this.#statements.run(
      `UPDATE review_people SET due_at = ?2, news_since = iif(?2 IS NULL, NULL, news_since), asked = iif(?2 IS NULL, 0, asked)
       WHERE address = ?1 AND due_at IS ?3`,
      address,
      dueAt,
      was,
    )
  }

  askForMail({ address, tenant }: Person, at: number): void {
    this.#statements.run(
      `INSERT INTO review_people (address, tenant, due_at, asked) VALUES (?1, ?2, ?3, 1)
       ON CONFLICT (address) DO UPDATE SET due_at = excluded.due_at, asked = 1`,
      address,
      tenant,
      at,
    )
  }

  count({ address, tenant, visibility, since }: ReviewQuery): { waiting: number; fresh: number } {
    const row = this.#statements.get<{ waiting: number; fresh: number }>(
      `SELECT count(*) AS waiting, coalesce(sum(w.at > ?5), 0) AS fresh ${lines} AND ${waiting}`,
      address,
      tenant,
      visibility,
      null,
      since ?? 0,
    )
    return row ?? { waiting: 0, fresh: 0 }
  }

  list({ address, tenant, visibility, since, after }: ReviewQuery, limit: number): ReviewLine[] {
    return this.#statements
      .all<LineRow>(
        `SELECT ${lineColumns} ${lines} AND ${waiting}
           AND (?5 IS NULL OR (w.at, w.message_id, w.n) < (?5, ?6, ?7))
         ORDER BY w.at DESC, w.message_id DESC, w.n DESC LIMIT ?8`,
        address,
        tenant,
        visibility,
        since,
        after?.at ?? null,
        after?.messageId ?? null,
        after?.n ?? null,
        limit,
      )
      .map(toLine)
  }

  line(
    { address, tenant, visibility }: Pick<ReviewQuery, 'address' | 'tenant' | 'visibility'>,
    messageId: string,
    n: number,
  ): ReviewLine | null {
    const row = this.#statements.get<LineRow>(
      `SELECT ${lineColumns} ${lines} AND w.message_id = ?5 AND w.n = ?6`,
      address,
      tenant,
      visibility,
      null,
      messageId,
      n,
    )
    return row ? toLine(row) : null
  }

  report(report: NewReport, id: string, at: number): void {
    takeReport(this.#statements, { id, receivedAt: at }, report)
  }

  link(hash: string): ReviewLink | null {
    return (
      this.#statements.get<ReviewLink>(
        `SELECT hash, address, tenant, kind, made_at AS madeAt, expires_at AS expiresAt, clicks AS clicksLeft, since, code_hash AS codeHash,
           tries AS triesLeft FROM review_links WHERE hash = ?`,
        hash,
      ) ?? null
    )
  }

  putLink(link: NewReviewLink): void {
    putLink(this.#statements, link)
  }

  useLink(
    hash: string,
    codeHash: string | null,
    session: Omit<ReviewSession, 'address' | 'tenant' | 'since'>,
  ): 'opened' | 'wrong-code' | 'over' {
    const link = this.link(hash)
    const now = session.createdAt
    if (!link || link.expiresAt < now || link.clicksLeft < 1 || link.triesLeft < 1) return 'over'
    if (link.codeHash !== null && link.codeHash !== codeHash) {
      this.#statements.run('UPDATE review_links SET tries = tries - 1 WHERE hash = ?', hash)
      if (link.triesLeft > 1) this.#recordPress('review-code-wrong', link, session)
      return link.triesLeft > 1 ? 'wrong-code' : 'over'
    }
    this.#statements.run('UPDATE review_links SET clicks = clicks - 1 WHERE hash = ?', hash)
    this.#statements.run(
      'INSERT INTO review_sessions (hash, address, tenant, since, created_at, expires_at, ip) VALUES (?, ?, ?, ?, ?, ?, ?)',
      session.hash,
      link.address,
      link.tenant,
      link.since,
      now,
      session.expiresAt,
      session.ip,
    )
    this.#statements.run(
      `INSERT INTO review_people (address, tenant, reviewed_at) VALUES (?1, ?2, ?3)
       ON CONFLICT (address) DO UPDATE SET reviewed_at = max(coalesce(reviewed_at, 0), excluded.reviewed_at)`,
      link.address,
      link.tenant,
      now,
    )
    this.#recordPress('review-opened', link, session)
    return 'opened'
  }

  #recordPress(
    what: string,
    { address, tenant, kind, clicksLeft }: ReviewLink,
    { createdAt, ip }: Pick<ReviewSession, 'createdAt' | 'ip'>,
  ): void {
    const detail = { address, link: kind, clicksLeft: clicksLeft - 1 }
    this.#directory.recordChange(createdAt, what, `person:${address}`, detail, { tenant, ip })
  }

  session(hash: string): ReviewSession | null {
    return (
      this.#statements.get<ReviewSession>(
        `SELECT hash, address, tenant, since, created_at AS createdAt, expires_at AS expiresAt, ip FROM review_sessions WHERE hash = ?`,
        hash,
      ) ?? null
    )
  }

  sessionAndPerson(hash: string): { session: ReviewSession; person: Person | null } | null {
    const session = this.session(hash)
    return session && { session, person: this.person(session.address) }
  }

  endSession(hash: string): void {
    this.#statements.run('DELETE FROM review_sessions WHERE hash = ?', hash)
  }

  addRequest(request: Omit<ReleaseRequest, 'state' | 'decidedAt' | 'decidedBy' | 'note'>): boolean {
    const { id, tenant, askedAt } = request
    const added = this.#statements.run(
      `INSERT OR IGNORE INTO release_requests (id, message_id, n, tenant, rcpt_to, person, asked_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')`,
      id,
      request.messageId,
      request.n,
      tenant,
      request.rcptTo,
      request.person,
      askedAt,
    )
    if (added === 0) return false
    noteHappening(this.#statements, { at: askedAt, tenant, kind: 'release.asked', detail: { request: id } })
    return true
  }

  request(id: string): RequestLine | null {
    const sql = `SELECT ${requestColumns} ${requestRows} WHERE r.id = ?`
    return this.#statements.get<RequestLine>(sql, id) ?? null
  }

  requests({ state, within, after }: RequestQuery, limit: number): RequestLine[] {
    const conditions = [
      ...given(state, (value) => ({ sql: 'r.state = ?', values: [value] })),
      ...given(after, (value) => ({ sql: 'r.id < ?', values: [value] })),
      // Always of mail that came in, so the domain is that of the recipient.
      ...given(within, (reach) => rowWithin(reach, 'r.tenant', 'r.rcpt_to')),
    ]
    return this.#statements.all<RequestLine>(
      `SELECT ${requestColumns} ${requestRows} WHERE ${join(conditions)} ORDER BY r.id DESC LIMIT ?`,
      ...conditions.flatMap((each) => each.values),
      limit,
    )
  }

  asked(within?: Reach): Asked {
    return countAsked(this.#statements, within)
  }

  askedGroups(): AskedGroup[] {
    return listAsked(this.#statements)
  }

  askedOf(asked: readonly AskedOfPeople[]): (AskedGroup & { readonly manager: string })[] {
    return listAskedOf(this.#statements, asked)
  }

  askedManagers(): AskedManager[] {
    return listAskedManagers(this.#statements)
  }

  decide(id: string, decision: Parameters<ReviewStore['decide']>[1]): boolean {
    const { state, at, who, note } = decision
    const decided = this.#statements.get<{ tenant: string }>(
      `UPDATE release_requests SET state = ?, decided_at = ?, decided_by = ?, note = ?, tell = 1 WHERE id = ? AND state = 'open'
       RETURNING tenant`,
      state,
      at,
      who,
      note,
      id,
    )
    if (!decided) return false
    const detail = { request: id, state }
    noteHappening(this.#statements, { at, tenant: decided.tenant, kind: 'release.answered', detail })
    return true
  }

  settled(limit: number): RequestLine[] {
    return this.#statements.all<RequestLine>(
      `SELECT ${requestColumns} ${requestRows} WHERE r.state = 'open' AND coalesce(d.state, '') <> 'quarantined' ORDER BY r.id LIMIT ?`,
      limit,
    )
  }

  untold(limit: number): RequestLine[] {
    return this.#statements.all<RequestLine>(
      `SELECT ${requestColumns} ${requestRows} WHERE r.tell = 1 AND NOT coalesce(${isReleasedForScan('d.')}, 0) ORDER BY r.id LIMIT ?`,
      limit,
    )
  }

  forget(now: number, limit: number): number {
    const some = (table: string, key: string, condition: string, before: number) =>
      this.#statements.run(
        `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${condition} < ? LIMIT ?)`,
        before,
        limit,
      )
    return (
      some('review_sessions', 'hash', 'expires_at', now) +
      some('review_links', 'hash', 'made_at', now - linksKeptMs) +
      some('review_mail', 'address, at, message_id, n', 'gone_at', now - goneKeptMs) +
      some('release_requests', 'id', `state <> 'open' AND asked_at`, now - requestsKeptMs)
    )
  }
}

interface StateRow extends Omit<ReviewState, 'isAsked'> {
  readonly asked: number
}
interface LineRow extends Omit<ReviewLine, 'findings'> {
  readonly findings: string
}

function toState({ asked, ...row }: StateRow): ReviewState {
  return { ...row, isAsked: asked === 1 }
}

function toLine({ findings, ...row }: LineRow): ReviewLine {
  return { ...row, findings: JSON.parse(findings) as object[] }
}
