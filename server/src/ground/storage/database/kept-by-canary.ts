import type { DeliveryChanges } from './delivery-changes.ts'
import { isKept, reopenQuarantined } from './reopen-quarantined.ts'
import type { Statements } from './statements.ts'

/**
 * Ids of messages, received since a moment, that are kept from their recipients where a canary made the difference: without
 * it somebody would have got them. It reads what was found in all that is kept, so it is asked where reading holds up
 * nothing that writes.
 */
export function findKeptBy(statements: Statements, id: string, since: number, limit: number): string[] {
  if (!wasCanary(statements, id)) return []
  return statements
    .all<{ id: string }>(
      `SELECT DISTINCT m.id FROM deliveries d JOIN messages m ON m.id = d.message_id
       WHERE ${isKept} AND m.state = 'decided' AND m.received_at >= ?2
         AND EXISTS (SELECT 1 FROM json_each(m.explanation, '$.facts.policyTrials') t
           WHERE json_extract(t.value, '$.id') = ?1 AND json_extract(t.value, '$.stage') = 'canary'
             AND EXISTS (SELECT 1 FROM json_each(t.value, '$.changes') c WHERE json_extract(c.value, '$.before') = 'deliver'))
       LIMIT ?3`,
      ...[id, since, limit],
    )
    .map((row) => row.id)
}

/** Whether it was in force for anybody; of one that was not there is nothing to be looked for. */
function wasCanary(statements: Statements, id: string): boolean {
  const of = (table: string) => `SELECT 1 FROM ${table} WHERE candidate = ?1 AND stage = 'canary'`
  const sql = `${of('policy_candidate_steps')} UNION ALL ${of('policy_candidate_hours')} LIMIT 1`
  return statements.get(sql, id) !== undefined
}

/** Has such messages judged anew, those of them that nobody has touched since; answers how many. */
export function reopenKeptBy(
  statements: Statements,
  changes: DeliveryChanges,
  id: string,
  messages: readonly string[],
  at: number,
): number {
  return reopenQuarantined(statements, changes, {
    had: 'd.message_id IN (SELECT value FROM json_each(?1))',
    version: JSON.stringify(messages),
    detail: { policyTrial: id },
    ...{ at, limit: messages.length },
  })
}
