import { firstIdAt } from '#ground/platform/ids.ts'
import type { LastMail, ReviewPeopleQuery, ReviewPerson, Standing } from '#services/review/review-standing.ts'
import type { ReviewQuery, ReviewState } from '#services/review/review-store.ts'
import { has, ownPerson, reachOf } from './directory-reach.ts'
import type { Statements } from './statements.ts'

/** Clocks go back at times, and ids do not: a mail may have an id of so much later than its time. */
const idsLaterMs = 60_000

/** Whether something is in quarantine for the address of a row. */
const waits = `EXISTS (SELECT 1 FROM review_mail w JOIN deliveries q ON q.message_id = w.message_id AND q.n = w.n
  WHERE w.address = u.address AND w.tenant = d.tenant AND w.gone_at IS NULL AND q.state = 'quarantined')`
/** Addresses that the directory does not name: of a domain that takes mail for all, or of somebody who has left. */
const unlisted = `(SELECT p.address, p.address AS owner, substr(p.address, instr(p.address, '@') + 1) AS domain, '' AS display_name
  FROM review_people p WHERE NOT EXISTS (SELECT 1 FROM users x WHERE x.address = p.address))`

interface PersonRow extends Omit<ReviewPerson, 'isListed'> {
  readonly listed: number
}

/** A page of people; each half comes in order by its index, so neither is sorted as a whole. */
export function listReviewPeople(statements: Statements, query: ReviewPeopleQuery): ReviewPerson[] {
  const { within, text, domain, group, after, limit } = query
  const ask = (from: string, listed: 0 | 1, conditions: readonly string[]) =>
    statements.all<PersonRow>(
      `SELECT u.address, d.tenant, u.display_name AS displayName, ${listed} AS listed FROM ${from} u JOIN domains d ON d.name = u.domain
       WHERE ${ownPerson} AND u.address > ?3 AND ${has(4, 'u.address', 'u.display_name')}
         AND (?5 IS NULL OR u.domain = ?5) AND (?6 IS NULL OR u.address IN (SELECT m.address FROM group_members m WHERE m.group_id = ?6))
         ${conditions.map((each) => `AND ${each}`).join(' ')} ORDER BY u.address LIMIT ?7`,
      ...reachOf(within),
      after,
      text ?? null,
      domain ?? null,
      group ?? null,
      limit,
    )
  const asked = query.waits === undefined ? [] : [query.waits ? waits : `NOT ${waits}`]
  const rows = ask('users', 1, ["u.kind = 'user'", ...asked])
  if (query.waits !== false) rows.push(...ask(unlisted, 0, [waits]))
  return rows
    .sort((a, b) => (a.address < b.address ? -1 : 1))
    .slice(0, limit)
    .map(({ listed, ...row }) => ({ ...row, isListed: listed === 1 }))
}

/** How one person stands, of `most` messages at most. A state of his time at another tenant is none of this one's. */
export function readStanding(
  statements: Statements,
  { address, tenant, visibility }: Pick<ReviewQuery, 'address' | 'tenant' | 'visibility'>,
  found: ReviewState | null,
  most: number,
): Standing {
  const state = found?.tenant === tenant ? found : null
  const counts = statements.get<Pick<Standing, 'waiting' | 'hidden' | 'fresh' | 'unsaid'>>(
    `SELECT coalesce(sum(seen), 0) AS waiting, coalesce(sum(NOT seen), 0) AS hidden,
       coalesce(sum(seen AND at > ?4), 0) AS fresh, coalesce(sum(seen AND at > ?5), 0) AS unsaid
     FROM (SELECT w.at, (?3 IS NULL OR coalesce(json_extract(m.explanation, '$.score'), 0) <= ?3) AS seen
       FROM review_mail w JOIN deliveries d ON d.message_id = w.message_id AND d.n = w.n AND d.tenant = w.tenant
         JOIN messages m ON m.id = d.message_id
       WHERE w.address = ?1 AND w.tenant = ?2 AND w.gone_at IS NULL AND d.state = 'quarantined' ORDER BY w.at DESC LIMIT ?6)`,
    address,
    tenant,
    visibility,
    state?.reviewedAt ?? 0,
    state?.mailedAt ?? 0,
    most,
  ) ?? { waiting: 0, hidden: 0, fresh: 0, unsaid: 0 }
  const mailedAt = state?.mailedAt ?? null
  return {
    ...counts,
    state,
    mail: mailedAt === null ? null : findMail(statements, address, tenant, mailedAt),
  }
}

function findMail(
  statements: Statements,
  address: string,
  tenant: string,
  mailedAt: number,
): LastMail | null {
  return (
    statements.get<LastMail>(
      `SELECT d.message_id AS messageId, d.state, d.reason FROM deliveries d JOIN messages m ON m.id = d.message_id
       WHERE d.rcpt_to = ?1 COLLATE NOCASE AND d.message_id >= ?2 AND d.message_id < ?3 AND d.tenant = ?4
         AND m.direction = 'own' AND m.received_at = ?5 AND json_extract(m.explanation, '$.facts.review') = ?1
       ORDER BY d.message_id DESC LIMIT 1`,
      address,
      firstIdAt(mailedAt),
      firstIdAt(mailedAt + idsLaterMs),
      tenant,
      mailedAt,
    ) ?? null
  )
}
