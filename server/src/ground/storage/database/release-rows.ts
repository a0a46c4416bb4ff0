/**
 * Condition of a delivery that a person has let go, and that waits to be scanned once more: what was retried or held by
 * hand since then does not. @param table name of the table with its dot, where columns of others stand beside
 */
export function isReleasedForScan(table = ''): string {
  return `(${table}state = 'waiting' AND ${table}reason = 'released-from-quarantine' AND ${table}due_at IS NULL)`
}
