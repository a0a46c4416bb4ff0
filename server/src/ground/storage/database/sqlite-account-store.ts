import type { AccountStore, Challenge, IdentityProvider, Passkey } from '#services/access/account-store.ts'
import type { RowSeal } from './row-seal.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

type PasskeyRow = Omit<Passkey, 'transports'> & { readonly transports: string }
type ChallengeRow = Omit<Challenge, 'value'> & { readonly value: string }
type ProviderRow = Omit<IdentityProvider, 'domains' | 'trustsFactor' | 'isOff' | 'saml'> & {
  readonly saml: string | null
  readonly domains: string
  readonly trustsFactor: number
  readonly isOff: number
}

const passkeyColumns = `id, manager, name, host, public_key AS publicKey, counter, transports, created_at AS createdAt,
  used_at AS usedAt`
const providerColumns = `tenant, name, issuer, client_id AS clientId, client_secret AS clientSecret, saml, domains,
  new_role AS newRole, trusts_factor AS trustsFactor, is_off AS isOff, changed_at AS changedAt`

/** Passkeys, challenges, identity providers and their subjects. */
export class SqliteAccountStore implements Synchronous<AccountStore> {
  readonly #statements: Statements
  readonly #seal: RowSeal

  constructor(statements: Statements, seal: RowSeal) {
    this.#statements = statements
    this.#seal = seal
  }

  passkey(id: string): Passkey | null {
    const row = this.#statements.get<PasskeyRow>(`SELECT ${passkeyColumns} FROM passkeys WHERE id = ?`, id)
    return row ? toPasskey(row) : null
  }

  passkeysOf(manager: string): Passkey[] {
    return this.#statements
      .all<PasskeyRow>(
        `SELECT ${passkeyColumns} FROM passkeys WHERE manager = ? ORDER BY created_at, id`,
        manager,
      )
      .map(toPasskey)
  }

  putPasskey(passkey: Passkey): void {
    this.#statements.run(
      `INSERT INTO passkeys (id, manager, name, host, public_key, counter, transports, created_at, used_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      passkey.id,
      passkey.manager,
      passkey.name,
      passkey.host,
      passkey.publicKey,
      passkey.counter,
      JSON.stringify(passkey.transports),
      passkey.createdAt,
      passkey.usedAt,
    )
  }

  changePasskey(id: string, change: Parameters<AccountStore['changePasskey']>[1]): void {
    if ('name' in change) this.#statements.run('UPDATE passkeys SET name = ? WHERE id = ?', change.name, id)
    else
      this.#statements.run(
        'UPDATE passkeys SET counter = ?, used_at = ? WHERE id = ?',
        change.counter,
        change.usedAt,
        id,
      )
  }

  removePasskey(manager: string, id: string): boolean {
    return this.#statements.run('DELETE FROM passkeys WHERE manager = ? AND id = ?', manager, id) > 0
  }

  removePasskeysOf(manager: string): number {
    return this.#statements.run('DELETE FROM passkeys WHERE manager = ?', manager)
  }

  putChallenge(challenge: Challenge): boolean {
    const added = this.#statements.run(
      `INSERT INTO access_challenges (hash, kind, manager, value, expires_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (hash) DO NOTHING`,
      challenge.hash,
      challenge.kind,
      challenge.manager,
      JSON.stringify(challenge.value),
      challenge.expiresAt,
    )
    return added > 0
  }

  useChallenge(kind: Challenge['kind'], hash: string): Challenge | null {
    const row = this.#statements.get<ChallengeRow>(
      `DELETE FROM access_challenges WHERE hash = ? AND kind = ?
       RETURNING hash, kind, manager, value, expires_at AS expiresAt`,
      hash,
      kind,
    )
    return row ? { ...row, value: JSON.parse(row.value) as Record<string, string> } : null
  }

  providers(): IdentityProvider[] {
    return this.#statements
      .all<ProviderRow>(`SELECT ${providerColumns} FROM identity_providers ORDER BY tenant`)
      .map((row) => this.#toProvider(row))
  }

  provider(tenant: string): IdentityProvider | null {
    const row = this.#statements.get<ProviderRow>(
      `SELECT ${providerColumns} FROM identity_providers WHERE tenant = ?`,
      tenant,
    )
    return row ? this.#toProvider(row) : null
  }

  putProvider(provider: IdentityProvider): void {
    this.#statements.run(
      `INSERT INTO identity_providers (tenant, name, issuer, client_id, client_secret, saml, domains, new_role,
         trusts_factor, is_off, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (tenant) DO UPDATE SET name = excluded.name, issuer = excluded.issuer,
         client_id = excluded.client_id, client_secret = excluded.client_secret, saml = excluded.saml,
         domains = excluded.domains,
         new_role = excluded.new_role, trusts_factor = excluded.trusts_factor, is_off = excluded.is_off,
         changed_at = excluded.changed_at`,
      provider.tenant,
      provider.name,
      provider.issuer,
      provider.clientId,
      this.#seal.seal(`provider ${provider.tenant}`, provider.clientSecret),
      provider.saml && JSON.stringify(provider.saml),
      JSON.stringify(provider.domains),
      provider.newRole,
      Number(provider.trustsFactor),
      Number(provider.isOff),
      provider.changedAt,
    )
  }

  #toProvider(row: ProviderRow): IdentityProvider {
    const clientSecret = this.#seal.open(`provider ${row.tenant}`, row.clientSecret)
    return { ...toProvider(row), clientSecret }
  }

  removeProvider(tenant: string): boolean {
    this.#statements.run('DELETE FROM manager_subjects WHERE tenant = ?', tenant)
    return this.#statements.run('DELETE FROM identity_providers WHERE tenant = ?', tenant) > 0
  }

  managerOfSubject(tenant: string, issuer: string, subject: string): string | null {
    const row = this.#statements.get<{ manager: string }>(
      'SELECT manager FROM manager_subjects WHERE tenant = ? AND issuer = ? AND subject = ?',
      tenant,
      issuer,
      subject,
    )
    return row?.manager ?? null
  }

  putSubject(tenant: string, issuer: string, subject: string, manager: string): void {
    this.#statements.run(
      `INSERT INTO manager_subjects (tenant, issuer, subject, manager) VALUES (?, ?, ?, ?)
       ON CONFLICT (tenant, issuer, subject) DO NOTHING`,
      tenant,
      issuer,
      subject,
      manager,
    )
  }
}

function toPasskey(row: PasskeyRow): Passkey {
  return { ...row, transports: JSON.parse(row.transports) as string[] }
}

function toProvider(row: ProviderRow): IdentityProvider {
  return {
    ...row,
    saml: row.saml === null ? null : (JSON.parse(row.saml) as IdentityProvider['saml']),
    domains: JSON.parse(row.domains) as string[],
    trustsFactor: row.trustsFactor === 1,
    isOff: row.isOff === 1,
  }
}
