import type { NewDelivery } from '#flow/spool/message.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { Statements } from './statements.ts'

/** Somebody who wrote to nobody else and never again is forgotten after this time. */
const forgetOnceMs = 60 * 86_400_000
const forgetMs = 400 * 86_400_000
/** Pairs that are kept at most; beyond that the oldest go, so that a flood of senders cannot fill the disk. */
const mostPairs = 5_000_000
const dayMs = 86_400_000

/** What the checks have found out about the author, as the explanation of a message keeps it. */
interface AuthorFacts {
  readonly sender?: { readonly author?: unknown }
  readonly dmarc?: { readonly result?: unknown } | null
}

/**
 * Notes that a tenant's recipient gets mail of an author. Called in the transaction that decides to deliver it: mail
 * that is set aside makes nobody known.
 */
export function noteAcquaintance(
  statements: Statements,
  facts: Readonly<Record<string, unknown>>,
  { tenant, rcptTo }: Pick<NewDelivery, 'tenant' | 'rcptTo'>,
  at: number,
): void {
  const { sender, dmarc } = facts as AuthorFacts
  const author = sender?.author
  if (typeof author !== 'string' || author.length > 320 || tenant === probeTenant) return
  const host = author.slice(author.lastIndexOf('@') + 1)
  statements.run(
    `INSERT INTO acquaintances (tenant, domain, author, rcpt_to, first_at, last_at, last_day, mails, proven) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)
     ON CONFLICT DO UPDATE SET last_at = max(last_at, excluded.last_at), last_day = max(last_day, excluded.last_day), mails = mails + 1, proven = proven + excluded.proven`,
    tenant,
    registrableDomain(host)?.domain ?? host,
    author,
    rcptTo.toLowerCase(),
    at,
    at,
    Math.floor(at / dayMs),
    dmarc?.result === 'pass' ? 1 : 0,
  )
}

/** Forgets who has not written for long, at most `limit` pairs; answers how many. */
export function forgetAcquaintances(
  statements: Statements,
  now: number,
  limit: number,
  most = mostPairs,
): number {
  const before = (ageMs: number) => Math.floor((now - ageMs) / dayMs)
  const gone =
    forget(statements, 'last_day < ?', before(forgetMs), limit) +
    forget(statements, 'mails = 1 AND last_day < ?', before(forgetOnceMs), limit)
  // Whether there are too many cannot be told without counting, so it is asked for one minute a day only.
  return gone > 0 || now % dayMs > 60_000 ? gone : forgetOldest(statements, limit, most)
}

function forget(statements: Statements, condition: string, day: number, limit: number): number {
  return statements.run(
    `DELETE FROM acquaintances WHERE id IN (SELECT id FROM acquaintances WHERE ${condition} ORDER BY last_day LIMIT ?)`,
    day,
    limit,
  )
}

function forgetOldest(statements: Statements, limit: number, most: number): number {
  const { pairs } = statements.get<{ pairs: number }>('SELECT count(*) AS pairs FROM acquaintances') ?? {
    pairs: 0,
  }
  if (pairs <= most) return 0
  return forget(statements, 'last_day <= ?', Number.MAX_SAFE_INTEGER, Math.min(limit, pairs - most))
}
