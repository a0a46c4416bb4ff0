import type { MessageEdit } from '#flow/spool/message.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { isHeld } from './held-rows.ts'
import { reopenedEdits } from './reopened-edits.ts'
import type { Statements } from './statements.ts'

/** In quarantine, or held by policy before it leaves. */
export const isKept = `d.state IN ('quarantined', 'held') AND (d.state = 'quarantined' OR ${isHeld})`

interface Reopening {
  /** SQL that holds for a message `m` that the version, ?1, had a say in. */
  readonly had: string
  readonly version: string
  /** What the event tells. */
  readonly detail: object
  readonly at: number
  readonly limit: number
}

/** Has mail judged anew that is in quarantine, or held before it leaves, and that nobody has touched since; answers how many messages. */
export function reopenQuarantined(
  statements: Statements,
  changes: DeliveryChanges,
  { had, version, detail, at, limit }: Reopening,
): number {
  const rows = statements.all<{ id: string; edits: string }>(
    `SELECT DISTINCT m.id, m.edits FROM deliveries d JOIN messages m ON m.id = d.message_id
     WHERE ${isKept} AND m.state = 'decided' AND ${had} LIMIT ?2`,
    version,
    limit,
  )
  for (const { id, edits } of rows) {
    statements.run(
      `UPDATE messages SET state = 'inspecting', edits = ?, inspection_due = ?, inspection_owner = NULL, inspection_attempts = 0 WHERE id = ?`,
      JSON.stringify(reopenedEdits(JSON.parse(edits) as MessageEdit[])),
      at,
      id,
    )
    const deliveries = statements.all<{ n: number; tenant: string; direction: string }>(
      `SELECT n, tenant, direction FROM deliveries d WHERE message_id = ? AND ${isKept}`,
      id,
    )
    for (const row of deliveries)
      changes.record({
        ...row,
        at,
        messageId: id,
        kind: 'reopened',
        state: null,
        reason: 're-judged',
        detail,
      })
  }
  return rows.length
}
