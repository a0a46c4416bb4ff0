import type { DmarcFilter, DmarcRow, DmarcStore } from '#services/dmarc/dmarc-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Rows of one day; those who send from ever new addresses must not fill the disk. */
const mostRowsADay = 100_000

const columns =
  'day, author_domain AS authorDomain, policy_domain AS policyDomain, policy, ip, mail_from_domain AS mailFromDomain, aligned_spf AS alignedSpf, aligned_dkim AS alignedDkim, spf, dkim, disposition, messages'

/** DMARC results by day. */
export class SqliteDmarcStore implements Synchronous<DmarcStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  addResults(rows: readonly DmarcRow[]): void {
    for (const row of rows) this.#add(this.#isFull(row.day) ? withoutDetail(row) : row)
  }

  #isFull(day: string): boolean {
    const row = this.#statements.get<{ rows: number }>(
      'SELECT count(*) AS rows FROM dmarc_results WHERE day = ?',
      day,
    )
    return (row?.rows ?? 0) >= mostRowsADay
  }

  #add(row: DmarcRow): void {
    this.#statements.run(
      `INSERT INTO dmarc_results (day, author_domain, policy_domain, policy, ip, mail_from_domain, aligned_spf, aligned_dkim, spf, dkim, disposition, messages)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET messages = messages + excluded.messages`,
      row.day,
      row.authorDomain,
      row.policyDomain,
      row.policy,
      row.ip,
      row.mailFromDomain,
      row.alignedSpf,
      row.alignedDkim,
      row.spf,
      row.dkim,
      row.disposition,
      row.messages,
    )
  }

  list({ from, to, domain }: DmarcFilter, limit: number): DmarcRow[] {
    return this.#statements.all<DmarcRow>(
      `SELECT ${columns} FROM dmarc_results WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR author_domain = ?3)
       ORDER BY messages DESC, day DESC, author_domain, ip LIMIT ?4`,
      from,
      to,
      domain ?? null,
      limit,
    )
  }

  forgetBefore(day: string): number {
    return this.#statements.run('DELETE FROM dmarc_results WHERE day < ?', day)
  }
}

function withoutDetail(row: DmarcRow): DmarcRow {
  return { ...row, ip: '', mailFromDomain: '', spf: '', dkim: '' }
}
