import type { DmarcDay, DmarcFilter, DmarcRow, DmarcSource, DmarcStore } from '#services/dmarc/dmarc-store.ts'
import { DailyRows } from './daily-rows.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Rows of one day; those who send from ever new addresses must not fill the disk. */
const mostRowsADay = 100_000

/** Of a row, by the names of DmarcRow. */
export const dmarcColumns =
  'day, author_domain AS authorDomain, policy_domain AS policyDomain, policy, ip, mail_from_domain AS mailFromDomain, aligned_spf AS alignedSpf, aligned_dkim AS alignedDkim, spf, dkim, disposition, messages'

const key = [
  'day',
  'author_domain',
  'policy_domain',
  'policy',
  'ip',
  'mail_from_domain',
  'aligned_spf',
  'aligned_dkim',
  'spf',
  'dkim',
  'disposition',
]

/** DMARC results by day. */
export class SqliteDmarcStore implements Synchronous<DmarcStore> {
  readonly #statements: Statements
  readonly #rows: DailyRows<DmarcRow>

  constructor(statements: Statements, most = mostRowsADay) {
    this.#statements = statements
    this.#rows = new DailyRows(statements, {
      name: 'dmarc_results',
      key,
      count: 'messages',
      valuesOf,
      countOf: ({ messages }) => messages,
      withoutDetail,
      most,
    })
  }

  addResults(rows: readonly DmarcRow[]): void {
    this.#rows.add(rows)
  }

  list({ from, to, domain }: DmarcFilter, limit: number): DmarcRow[] {
    return this.#statements.all<DmarcRow>(
      `SELECT ${dmarcColumns} FROM dmarc_results WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR author_domain = ?3)
       ORDER BY messages DESC, day DESC, author_domain, ip LIMIT ?4`,
      from,
      to,
      domain ?? null,
      limit,
    )
  }

  days(
    { from, to, domains }: { from: string; to: string; domains: readonly string[] },
    sources: number,
  ): { days: DmarcDay[]; sources: DmarcSource[] } {
    const of = 'day BETWEEN ?1 AND ?2 AND author_domain IN (SELECT value FROM json_each(?3))'
    const passed = "(aligned_spf = 'pass' OR aligned_dkim = 'pass')"
    const names = JSON.stringify(domains)
    return {
      days: this.#statements.all<DmarcDay>(
        `SELECT day, sum(CASE WHEN ${passed} THEN messages ELSE 0 END) AS passed,
           sum(CASE WHEN ${passed} THEN 0 ELSE messages END) AS failed
         FROM dmarc_results WHERE ${of} GROUP BY day ORDER BY day`,
        from,
        to,
        names,
      ),
      sources: this.#statements.all<DmarcSource>(
        `SELECT author_domain AS domain, ip, mail_from_domain AS mailFromDomain, disposition, sum(messages) AS messages
         FROM dmarc_results WHERE ${of} AND NOT ${passed} GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2 LIMIT ?4`,
        from,
        to,
        names,
        sources,
      ),
    }
  }

  forgetBefore(day: string): number {
    return this.#statements.run('DELETE FROM dmarc_results WHERE day < ?', day)
  }
}

function withoutDetail(row: DmarcRow): DmarcRow {
  return { ...row, ip: '', mailFromDomain: '', spf: '', dkim: '' }
}

/** In the order of `key`. */
function valuesOf(row: DmarcRow): string[] {
  const { day, authorDomain, policyDomain, policy, ip, mailFromDomain } = row
  const { alignedSpf, alignedDkim, spf, dkim, disposition } = row
  return [
    day,
    authorDomain,
    policyDomain,
    policy,
    ip,
    mailFromDomain,
    alignedSpf,
    alignedDkim,
    spf,
    dkim,
    disposition,
  ]
}
