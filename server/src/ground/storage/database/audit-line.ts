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

/** A delivery that an order for many has changed. */
interface Acted {
  readonly messageId: string
  readonly n: number
  readonly tenant: string
}

/**
 * What an order for many did, a line a message, so that whoever asks about one finds who touched it; one for each tenant where
 * it was for people of several. `line.detail` is the same in all of them.
 */
export function writeActedLines(
  statements: Statements,
  line: Omit<NewAuditLine, 'tenant'>,
  done: readonly Acted[],
): void {
  for (const same of Map.groupBy(done, (each) => `${each.messageId} ${each.tenant}`).values()) {
    const [{ messageId, tenant } = { messageId: '', tenant: '' }] = same
    const own = { messageId, n: same.map((each) => each.n), deliveries: same.length }
    writeAuditLine(statements, { ...line, tenant, detail: { ...own, ...line.detail } })
  }
}
