import type { AuditLine } from '#services/access/access-store.ts'
import type { Statements } from './statements.ts'

/** A line of the audit log that has no number yet; its detail is kept as JSON. */
type NewAuditLine = Omit<AuditLine, 'id' | 'detail'> & { readonly detail: object }

/** Writes a line of the audit log. Called in the transaction of what it tells of, so that neither is there alone. */
export function writeAuditLine(
  statements: Statements,
  { at, what, who, tenant, ip, detail }: NewAuditLine,
): void {
  statements.run(
    'INSERT INTO changes (at, what, who, tenant, ip, detail) VALUES (?, ?, ?, ?, ?, ?)',
    ...[at, what, who, tenant, ip, JSON.stringify(detail)],
  )
}
