import type { NewMessage } from '#flow/spool/message.ts'
import type { ReviewNote } from '#flow/spool/review-note.ts'
import type { ReviewNews } from '#services/review/review-store.ts'
import { noteManagerTold } from './asked-rows.ts'
import { personBehind } from './report-rows.ts'
import type { Statements } from './statements.ts'

/** Notes what a notice brings, in the transaction that takes it. @throws where somebody else has settled it */
export function noteReview(statements: Statements, message: NewMessage, note: ReviewNote): void {
  if (note.kind === 'told') {
    const told = statements.run(
      'UPDATE release_requests SET tell = 0 WHERE id = ? AND tell = 1',
      note.request,
    )
    if (told === 0) throw new Error(`the asker of ${note.request} has been told already`)
    return
  }
  if (note.kind === 'asked') {
    noteManagerTold(statements, message.receivedAt, note)
    return
  }
  const { link, dueAt } = note
  putLink(statements, link)
  if (dueAt === null) return
  const settled = statements.run(
    `UPDATE review_people SET due_at = NULL, news_since = NULL, asked = 0, freed = 0, mailed_at = ?
     WHERE address = ? AND due_at = ?`,
    message.receivedAt,
    link.address,
    dueAt,
  )
  if (settled === 0) throw new Error(`a review mail to ${link.address} was sent by somebody else`)
}

export function putLink(statements: Statements, link: Extract<ReviewNote, { kind: 'link' }>['link']): void {
  statements.run(
    `INSERT INTO review_links (hash, address, tenant, kind, made_at, expires_at, clicks, since, code_hash, tries)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    link.hash,
    link.address,
    link.tenant,
    link.kind,
    link.madeAt,
    link.expiresAt,
    link.clicks,
    link.since,
    link.codeHash,
    link.tries,
  )
}

/** Keeps what waits for whom in step with the ledger. */
export function noteReviewNews(
  statements: Statements,
  { messageId, n, tenant, rcptTo, at, kind }: ReviewNews,
): void {
  if (kind === 'aside') {
    const address = personBehind(statements, rcptTo)
    // Once more where it was there before: a second look has brought it back.
    statements.run('DELETE FROM review_mail WHERE message_id = ? AND n = ?', messageId, n)
    statements.run(
      'INSERT INTO review_mail (address, at, message_id, n, tenant) VALUES (?, ?, ?, ?, ?)',
      address,
      at,
      messageId,
      n,
      tenant,
    )
    statements.run(
      `INSERT INTO review_people (address, tenant, due_at, news_since) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (address) DO UPDATE SET tenant = excluded.tenant, due_at = coalesce(due_at, excluded.due_at),
         news_since = coalesce(news_since, excluded.news_since)`,
      address,
      tenant,
      at,
    )
    return
  }
  // We set it aside, have told of it, and found out that we were wrong: the next mail says so.
  const told =
    kind === 'freed' &&
    statements.get<{ address: string; at: number }>(
      'SELECT address, at FROM review_mail WHERE message_id = ? AND n = ? AND gone_at IS NULL',
      messageId,
      n,
    )
  if (told)
    statements.run(
      'UPDATE review_people SET freed = freed + 1 WHERE address = ? AND mailed_at >= ?',
      told.address,
      told.at,
    )
  statements.run(
    'UPDATE review_mail SET gone_at = ? WHERE message_id = ? AND n = ? AND gone_at IS NULL',
    at,
    messageId,
    n,
  )
}
