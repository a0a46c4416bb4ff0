import type { SendingNote } from '#flow/spool/sending-note.ts'
import { writeAuditLine } from './audit-line.ts'
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
  suspendSender(statements, { sender, tenant, at, why: suspect, who: 'mailkeep', ip: '' })
  if (messageId !== null)
    statements.run(
      'INSERT OR IGNORE INTO suspended_mail (message_id, sender) VALUES (?, ?)',
      messageId,
      sender,
    )
}

/** A mailbox that may not send from a moment on, and who says so. */
interface Suspension {
  readonly sender: string
  readonly tenant: string
  readonly at: number
  readonly why: readonly string[]
  readonly who: string
  readonly ip: string
}

/** Suspends a mailbox, with its audit row. False: it is already. */
export function suspendSender(statements: Statements, suspension: Suspension): boolean {
  const { sender, tenant, at, why, who, ip } = suspension
  const isNew = statements.run(
    `INSERT INTO sending_people (sender, tenant, suspended_at, why) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT DO UPDATE SET suspended_at = ?3, why = ?4, told_at = NULL WHERE suspended_at IS NULL`,
    ...[sender, tenant, at, JSON.stringify(why)],
  )
  if (isNew === 0) return false
  writeAuditLine(statements, { at, what: 'sender-suspended', who, tenant, ip, detail: { sender, why } })
  return true
}
