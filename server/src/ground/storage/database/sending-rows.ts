import type { SendingNote } from '#flow/spool/sending-note.ts'
import type { Statements } from './statements.ts'

const slotMs = 300_000
const hourMs = 3_600_000

/** Counts what a message adds to what its sender has sent, in the transaction that takes it. */
export function noteSending(statements: Statements, messageId: string | null, note: SendingNote): void {
  const { sender, tenant, instance, recipients, at, suspect } = note
  if (recipients > 0) {
    statements.run(
      `INSERT INTO sending_slots (sender, at, instance, tenant, recipients) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients`,
      ...[sender, Math.floor(at / slotMs) * slotMs, instance, tenant, recipients],
    )
    statements.run(
      `INSERT INTO sending_hours (sender, hour, recipients) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients`,
      ...[sender, Math.floor(at / hourMs) * hourMs, recipients],
    )
  }
  if (suspect === null) return
  const isNew = statements.run(
    `INSERT INTO sending_people (sender, tenant, suspended_at, why) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT DO UPDATE SET suspended_at = ?3, why = ?4, told_at = NULL WHERE suspended_at IS NULL`,
    ...[sender, tenant, at, JSON.stringify(suspect)],
  )
  if (isNew > 0)
    statements.run(
      `INSERT INTO changes (at, what, who, tenant, ip, detail) VALUES (?, 'sender-suspended', 'mailkeep', ?, '', ?)`,
      ...[at, tenant, JSON.stringify({ sender, why: suspect })],
    )
  if (messageId !== null)
    statements.run(
      'INSERT OR IGNORE INTO suspended_mail (message_id, sender) VALUES (?, ?)',
      messageId,
      sender,
    )
}
