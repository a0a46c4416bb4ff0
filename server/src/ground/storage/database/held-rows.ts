import type { HeldNote } from '#flow/spool/held-note.ts'
import type { HeldLine, HeldNews } from '#services/held/held-store.ts'
import type { Statements } from './statements.ts'

/**
 * Reasons for which policy holds mail, as SQL: its sender hears of it, and may decide. What a person, a loop or a rule's
 * target holds is for those who look after the queue.
 */
export const heldReasons = `('score', 'policy', 'blocked', 'unscanned', 'dmarc-quarantine', 'virus')`

/** SQL that holds for a delivery `d` that waits so. */
export const isHeld = `d.direction = 'outbound' AND d.state = 'held' AND d.reason IN ${heldReasons}`

const ofMessage = `FROM deliveries d WHERE d.message_id = w.message_id AND d.direction = 'outbound'`
const first = (column: string) =>
  `(SELECT d.${column} ${ofMessage} ORDER BY d.state = 'held' DESC, d.state = 'waiting' DESC, d.n LIMIT 1)`

/** What a line shows; see HeldLine. */
export const lineColumns = `w.message_id AS messageId, w.sender, w.tenant, w.held_at AS heldAt, w.told_at AS toldAt, w.warned_at AS warnedAt,
  w.asked_at AS askedAt, m.subject, m.header_from AS headerFrom, m.size, json_extract(m.explanation, '$.verdict') AS verdict,
  coalesce(json_extract(m.explanation, '$.score'), 0) AS score, coalesce(json_extract(m.explanation, '$.findings'), '[]') AS findings,
  m.state = 'inspecting' AS judged, ${first('reason')} AS reason, ${first('state')} AS state,
  (SELECT count(*) FROM deliveries d WHERE d.message_id = w.message_id AND ${isHeld}) AS held, (SELECT count(*) ${ofMessage}) AS deliveries,
  (SELECT json_group_array(r) FROM (SELECT d.rcpt_to AS r ${ofMessage} ORDER BY d.n LIMIT 20)) AS recipients`

export interface LineRow extends Omit<HeldLine, 'findings' | 'recipients' | 'isJudged'> {
  readonly findings: string
  readonly recipients: string
  readonly judged: number
}

export function toLine({ findings, recipients, judged, ...row }: LineRow): HeldLine {
  return {
    ...row,
    findings: JSON.parse(findings) as object[],
    recipients: JSON.parse(recipients) as string[],
    isJudged: judged === 1,
  }
}

/** Keeps what is held in step with the ledger. */
export function noteHeldNews(
  statements: Statements,
  { messageId, sender, tenant, at, kind }: HeldNews,
): void {
  if (kind === 'held') {
    // Nobody is told who has sent it without an address. What was let go meanwhile has its whole time anew, and its
    // sender hears of it again, but where the correction that it was sent has not left.
    statements.run(
      `INSERT INTO held_mail (message_id, sender, tenant, held_at, tell_at) VALUES (?1, ?2, ?3, ?4, iif(?2 = '', NULL, ?4))
       ON CONFLICT (message_id) DO UPDATE SET gone_at = NULL, correct = 0,
         held_at = iif(gone_at IS NULL, held_at, excluded.held_at), warned_at = iif(gone_at IS NULL, warned_at, NULL),
         tell_at = iif(told_at IS NULL OR gone_at IS NOT NULL AND correct = 0, excluded.tell_at, NULL)`,
      messageId,
      sender,
      tenant,
      at,
    )
    return
  }
  statements.run(
    `UPDATE held_mail SET gone_at = ?2, tell_at = NULL, correct = iif(?3 AND told_at IS NOT NULL, 1, correct)
     WHERE message_id = ?1 AND gone_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = ?1 AND ${isHeld})`,
    messageId,
    at,
    kind === 'freed' ? 1 : 0,
  )
}

/** Notes what a notice brings, in the transaction that takes it. @throws where somebody else has noted it */
export function noteHeld(statements: Statements, at: number, note: HeldNote): void {
  if (note.kind === 'code') {
    const { messageId, codeHash, until, tries } = note
    const sql = 'UPDATE held_mail SET code_hash = ?, code_until = ?, code_tries = ? WHERE message_id = ?'
    statements.run(sql, codeHash, until, tries, messageId)
    return
  }
  for (const { messageId, linkHash } of note.messages) {
    if (settle(statements, note.kind, messageId, at) === 0)
      throw new Error(`the sender of ${messageId} has been told by somebody else`)
    if (linkHash !== null)
      statements.run('INSERT INTO held_links (hash, message_id) VALUES (?, ?)', linkHash, messageId)
  }
}

function settle(
  statements: Statements,
  kind: 'told' | 'warned' | 'corrected',
  messageId: string,
  at: number,
): number {
  switch (kind) {
    case 'told':
      return statements.run(
        'UPDATE held_mail SET told_at = ?, tell_at = NULL WHERE message_id = ? AND tell_at IS NOT NULL',
        at,
        messageId,
      )
    case 'warned':
      return statements.run(
        'UPDATE held_mail SET warned_at = ? WHERE message_id = ? AND warned_at IS NULL',
        at,
        messageId,
      )
    case 'corrected':
      return statements.run(
        'UPDATE held_mail SET correct = 0 WHERE message_id = ? AND correct = 1',
        messageId,
      )
  }
}
