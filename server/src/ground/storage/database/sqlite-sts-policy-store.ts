import type { KeptStsPolicy, StsPolicyStore } from '#flow/delivery/security/sts-policy-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Domains of strangers decide how many there are. */
const mostPolicies = 50_000

/** MTA-STS policies of domains that mail goes to. */
export class SqliteStsPolicyStore implements Synchronous<StsPolicyStore> {
  readonly #statements: Statements
  readonly #most: number

  constructor(statements: Statements, most = mostPolicies) {
    this.#statements = statements
    this.#most = most
  }

  find(domain: string): KeptStsPolicy | null {
    return (
      this.#statements.get<KeptStsPolicy>(
        'SELECT domain, id, text, fetched_at AS fetchedAt, expires_at AS expiresAt FROM sts_policies WHERE domain = ?',
        domain,
      ) ?? null
    )
  }

  keep({ domain, id, text, fetchedAt, expiresAt }: KeptStsPolicy): void {
    this.#statements.run(
      `INSERT INTO sts_policies (domain, id, text, fetched_at, expires_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (domain) DO UPDATE SET id = excluded.id, text = excluded.text,
         fetched_at = excluded.fetched_at, expires_at = excluded.expires_at`,
      domain,
      id,
      text,
      fetchedAt,
      expiresAt,
    )
    const { policies } = this.#statements.get<{ policies: number }>(
      'SELECT count(*) AS policies FROM sts_policies',
    ) ?? { policies: 0 }
    if (policies > this.#most)
      this.#statements.run(
        'DELETE FROM sts_policies WHERE domain IN (SELECT domain FROM sts_policies ORDER BY expires_at LIMIT ?)',
        policies - this.#most,
      )
  }

  forgetBefore(at: number): number {
    return this.#statements.run('DELETE FROM sts_policies WHERE expires_at < ?', at)
  }
}
