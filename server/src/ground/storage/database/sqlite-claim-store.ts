import type { Domain } from '#services/directory/directory-store.ts'
import type { ClaimPage, ClaimStore, DomainClaim } from '#services/domain-claims/claim-store.ts'
import type { SqliteDirectoryStore } from './sqlite-directory-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

type Row = Omit<DomainClaim, 'anyRecipient'> & { readonly anyRecipient: number }

const columns = `id, tenant, name, next_hop AS nextHop, any_recipient AS anyRecipient, token, claimed_at AS claimedAt,
  claimed_by AS claimedBy, checked_at AS checkedAt, found, said, due_at AS dueAt`

/** ClaimStore on SQLite. */
export class SqliteClaimStore implements Synchronous<ClaimStore> {
  readonly #statements: Statements
  readonly #directory: SqliteDirectoryStore

  constructor(statements: Statements, directory: SqliteDirectoryStore) {
    this.#statements = statements
    this.#directory = directory
  }

  claims({ tenants, text, after, limit }: ClaimPage): DomainClaim[] {
    return this.#all(
      `WHERE (?1 IS NULL OR tenant IN (SELECT value FROM json_each(?1))) AND id > ?2 AND instr(name, ?3) > 0
       ORDER BY id LIMIT ?4`,
      tenants && JSON.stringify(tenants),
      after,
      text,
      limit,
    )
  }

  claim(id: string): DomainClaim | null {
    return this.#all('WHERE id = ?', id)[0] ?? null
  }

  countClaims(tenant: string): number {
    const sql = 'SELECT count(*) AS count FROM domain_claims WHERE tenant = ?'
    return this.#statements.get<{ count: number }>(sql, tenant)?.count ?? 0
  }

  addClaim(claim: DomainClaim): boolean {
    const { id, tenant, name, nextHop, anyRecipient, token } = claim
    const { claimedAt, claimedBy, checkedAt, found, said, dueAt } = claim
    const rows = this.#statements.run(
      `INSERT INTO domain_claims (id, tenant, name, next_hop, any_recipient, token, claimed_at, claimed_by, checked_at, found, said, due_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, name) DO NOTHING`,
      ...[id, tenant, name, nextHop, anyRecipient ? 1 : 0, token],
      ...[claimedAt, claimedBy, checkedAt, found, said, dueAt],
    )
    return rows > 0
  }

  noteCheck({
    id,
    checkedAt,
    found,
    said,
    dueAt,
  }: Pick<DomainClaim, 'id' | 'checkedAt' | 'found' | 'said' | 'dueAt'>): void {
    this.#statements.run(
      'UPDATE domain_claims SET checked_at = ?, found = ?, said = ?, due_at = ? WHERE id = ?',
      checkedAt,
      found,
      said,
      dueAt,
      id,
    )
  }

  dueClaims(at: number, limit: number): DomainClaim[] {
    return this.#all('WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?', at, limit)
  }

  settleClaim(id: string, domain: Domain, at: number): boolean {
    const claim = this.claim(id)
    const isHere = this.#statements.get('SELECT 1 FROM tenants WHERE id = ?', domain.tenant) !== undefined
    if (!isHere || claim?.tenant !== domain.tenant || claim.name !== domain.name) return false
    return this.#directory.putDomain(domain, at, null)
  }

  removeClaim(id: string): boolean {
    return this.#statements.run('DELETE FROM domain_claims WHERE id = ?', id) > 0
  }

  #all(where: string, ...values: (string | number | null)[]): DomainClaim[] {
    return this.#statements
      .all<Row>(`SELECT ${columns} FROM domain_claims ${where}`, ...values)
      .map((row) => ({ ...row, anyRecipient: row.anyRecipient === 1 }))
  }
}
