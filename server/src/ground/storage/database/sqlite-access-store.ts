import type {
  AccessStore,
  ApiKey,
  AuditFilter,
  AuditLine,
  Manager,
  ManagerChange,
  Session,
  SignedIn,
  SignInLink,
  ViewAs,
} from '#services/access/access-store.ts'
import { writeAuditLine } from './audit-line.ts'
import { isAsSeen } from './is-as-seen.ts'
import { ownersOfDomains } from './owners-of-domains.ts'
import type { RowSeal } from './row-seal.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** A row whose lists are JSON text and whose truths are 0 and 1. */
type ManagerRow = Omit<
  Manager,
  'domains' | 'ownersOfDomains' | 'recoveryCodes' | 'needsSecondFactor' | 'isProbe'
> & {
  readonly domains: string | null
  readonly ownersOfDomains: string
  readonly recoveryCodes: string
  readonly needsSecondFactor: number
  readonly isProbe: number
}
type SessionRow = Omit<Session, 'isComplete' | 'isByLink' | 'viewAs'> & {
  readonly isComplete: number
  readonly isByLink: number
  readonly viewAs: string | null
}
type KeyRow = Omit<ApiKey, 'scopes'> & { readonly scopes: string }
type AuditRow = Omit<AuditLine, 'detail'> & { readonly detail: string }

/** As in sqlite-kept-answers.ts. */
const keptAnswerMs = 86_400_000
/** The longest time that anybody counts over is a day. */
const failuresKeptMs = 25 * 3_600_000

const managerColumns = `id, display_name AS displayName, address, role, tenant, domains,
  ${ownersOfDomains} AS ownersOfDomains,
  password_hash AS passwordHash,
  totp_secret AS totpSecret, recovery_codes AS recoveryCodes, needs_second_factor AS needsSecondFactor,
  created_at AS createdAt, created_by AS createdBy, disabled_at AS disabledAt,
  (SELECT count(*) FROM passkeys WHERE manager = managers.id) AS passkeys, is_probe AS isProbe`
const sessionColumns = `hash, manager, created_at AS createdAt, seen_at AS seenAt, is_complete AS isComplete,
  by_link AS isByLink, ip, agent, view_as AS viewAs`
const keyColumns =
  'id, hash, name, tenant, scopes, created_at AS createdAt, created_by AS createdBy, expires_at AS expiresAt, used_at AS usedAt'

/** Managers, sessions, links, keys, and the audit log. */
export class SqliteAccessStore implements Synchronous<AccessStore> {
  readonly #statements: Statements
  readonly #seal: RowSeal

  constructor(statements: Statements, seal: RowSeal) {
    this.#statements = statements
    this.#seal = seal
  }

  managers(): Manager[] {
    return this.#statements
      .all<ManagerRow>(`SELECT ${managerColumns} FROM managers WHERE is_probe = 0 ORDER BY id`)
      .map((row) => this.#toManager(row))
  }

  manager(id: string): Manager | null {
    const row = this.#statements.get<ManagerRow>(`SELECT ${managerColumns} FROM managers WHERE id = ?`, id)
    return row ? this.#toManager(row) : null
  }

  putManager(manager: Manager, seen?: Manager): boolean {
    const before = this.manager(manager.id)
    if (!isAsSeen(before, seen)) return false
    // Whoever holds an old link or cookie of his must not come in with more than he had.
    if (before && !isAsSeen(placeOf(manager), placeOf(before))) this.#endSignIns(manager.id)
    this.#statements.run(
      `INSERT INTO managers (id, display_name, address, role, tenant, domains, password_hash, totp_secret,
         recovery_codes, needs_second_factor, created_at, created_by, disabled_at, is_probe)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, address = excluded.address,
         role = excluded.role, tenant = excluded.tenant, domains = excluded.domains,
         password_hash = excluded.password_hash, totp_secret = excluded.totp_secret,
         recovery_codes = excluded.recovery_codes, needs_second_factor = excluded.needs_second_factor,
         disabled_at = excluded.disabled_at`,
      manager.id,
      manager.displayName,
      manager.address,
      manager.role,
      manager.tenant,
      manager.domains && JSON.stringify(manager.domains),
      manager.passwordHash,
      manager.totpSecret && this.#seal.seal(`totp ${manager.id}`, manager.totpSecret),
      JSON.stringify(manager.recoveryCodes),
      Number(manager.needsSecondFactor),
      manager.createdAt,
      manager.createdBy,
      manager.disabledAt,
      Number(manager.isProbe ?? false),
    )
    return true
  }

  #toManager(row: ManagerRow): Manager {
    const { totpSecret } = row
    return { ...toManager(row), totpSecret: totpSecret && this.#seal.open(`totp ${row.id}`, totpSecret) }
  }

  changeManager(id: string, change: ManagerChange): boolean {
    const { passwordHash, totpSecret, recoveryCodes, disabledAt } = change
    return (
      this.#statements.run(
        `UPDATE managers SET password_hash = iif(?2, ?3, password_hash), totp_secret = iif(?4, ?5, totp_secret),
           recovery_codes = ifnull(?6, recovery_codes), disabled_at = iif(?7, ?8, disabled_at) WHERE id = ?1`,
        id,
        Number(passwordHash !== undefined),
        passwordHash ?? null,
        Number(totpSecret !== undefined),
        totpSecret ? this.#seal.seal(`totp ${id}`, totpSecret) : null,
        recoveryCodes === undefined ? null : JSON.stringify(recoveryCodes),
        Number(disabledAt !== undefined),
        disabledAt ?? null,
      ) > 0
    )
  }

  #endSignIns(id: string): void {
    this.endSessionsOf(id, null)
    this.#statements.run('DELETE FROM sign_in_links WHERE manager = ?', id)
  }

  removeManager(id: string): boolean {
    this.#endSignIns(id)
    this.#statements.run('DELETE FROM passkeys WHERE manager = ?', id)
    this.#statements.run('DELETE FROM manager_subjects WHERE manager = ?', id)
    // Whoever has the name next must not find what was nobody else's business.
    this.#statements.run('DELETE FROM saved_questions WHERE who = ? AND is_shared = 0', `manager:${id}`)
    return this.#statements.run('DELETE FROM managers WHERE id = ?', id) > 0
  }

  useTotpStep(manager: string, step: number): boolean {
    return (
      this.#statements.run(
        'UPDATE managers SET totp_step = ?1 WHERE id = ?2 AND totp_step < ?1',
        step,
        manager,
      ) > 0
    )
  }

  useRecoveryCode(manager: string, hash: string): boolean {
    const found = this.manager(manager)
    if (!found?.recoveryCodes.includes(hash)) return false
    const left = found.recoveryCodes.filter((each) => each !== hash)
    this.#statements.run('UPDATE managers SET recovery_codes = ? WHERE id = ?', JSON.stringify(left), manager)
    return true
  }

  session(hash: string): Session | null {
    const row = this.#statements.get<SessionRow>(
      `SELECT ${sessionColumns} FROM sessions WHERE hash = ?`,
      hash,
    )
    return row ? toSession(row) : null
  }

  signedIn(hash: string): SignedIn | null {
    const session = this.session(hash)
    const manager = session && this.manager(session.manager)
    return manager && { session, manager }
  }

  putSession(session: Session): void {
    this.#statements.run(
      `INSERT INTO sessions (hash, manager, created_at, seen_at, is_complete, by_link, ip, agent, view_as)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      session.hash,
      session.manager,
      session.createdAt,
      session.seenAt,
      Number(session.isComplete),
      Number(session.isByLink),
      session.ip,
      session.agent,
      session.viewAs && JSON.stringify(session.viewAs),
    )
  }

  touchSession(hash: string, seenAt: number): void {
    this.#statements.run('UPDATE sessions SET seen_at = ? WHERE hash = ?', seenAt, hash)
  }

  setView(hash: string, viewAs: ViewAs | null): void {
    this.#statements.run(
      'UPDATE sessions SET view_as = ? WHERE hash = ?',
      viewAs && JSON.stringify(viewAs),
      hash,
    )
  }

  spendLinkProof(hash: string): void {
    this.#statements.run('UPDATE sessions SET by_link = 0 WHERE hash = ?', hash)
  }

  sessionsOf(manager: string): Session[] {
    return this.#statements
      .all<SessionRow>(
        `SELECT ${sessionColumns} FROM sessions WHERE manager = ? ORDER BY seen_at DESC`,
        manager,
      )
      .map(toSession)
  }

  endSession(hash: string): void {
    this.#statements.run('DELETE FROM sessions WHERE hash = ?', hash)
  }

  endSessionsOf(manager: string, butHash: string | null): number {
    return this.#statements.run(
      'DELETE FROM sessions WHERE manager = ? AND hash <> ?',
      manager,
      butHash ?? '',
    )
  }

  putLink(link: SignInLink): void {
    this.#statements.run(
      'INSERT INTO sign_in_links (hash, manager, expires_at) VALUES (?, ?, ?)',
      link.hash,
      link.manager,
      link.expiresAt,
    )
  }

  link(hash: string): SignInLink | null {
    return (
      this.#statements.get<SignInLink>(
        'SELECT hash, manager, expires_at AS expiresAt FROM sign_in_links WHERE hash = ?',
        hash,
      ) ?? null
    )
  }

  useLink(hash: string): SignInLink | null {
    const link = this.link(hash)
    return link && this.#statements.run('DELETE FROM sign_in_links WHERE hash = ?', hash) > 0 ? link : null
  }

  keys(): ApiKey[] {
    return this.#statements
      .all<KeyRow>(`SELECT ${keyColumns} FROM api_keys ORDER BY created_at DESC, id`)
      .map(toKey)
  }

  key(id: string): ApiKey | null {
    const row = this.#statements.get<KeyRow>(`SELECT ${keyColumns} FROM api_keys WHERE id = ?`, id)
    return row ? toKey(row) : null
  }

  putKey(key: ApiKey): void {
    this.#statements.run(
      `INSERT INTO api_keys (id, hash, name, tenant, scopes, created_at, created_by, expires_at, used_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      key.id,
      key.hash,
      key.name,
      key.tenant,
      JSON.stringify(key.scopes),
      key.createdAt,
      key.createdBy,
      key.expiresAt,
      key.usedAt,
    )
  }

  touchKey(id: string, usedAt: number): void {
    this.#statements.run('UPDATE api_keys SET used_at = ? WHERE id = ?', usedAt, id)
  }

  removeKey(id: string): boolean {
    return this.#statements.run('DELETE FROM api_keys WHERE id = ?', id) > 0
  }

  noteFailure(subject: string, at: number, windowMs: number): number {
    this.#statements.run('INSERT INTO access_failures (subject, at) VALUES (?, ?)', subject, at)
    return this.failures(subject, at - windowMs)
  }

  failures(subject: string, since: number): number {
    const row = this.#statements.get<{ count: number }>(
      'SELECT count(*) AS count FROM access_failures WHERE subject = ? AND at >= ?',
      subject,
      since,
    )
    return row?.count ?? 0
  }

  latestFailure(subject: string): number | null {
    const row = this.#statements.get<{ at: number | null }>(
      'SELECT max(at) AS at FROM access_failures WHERE subject = ?',
      subject,
    )
    return row?.at ?? null
  }

  clearFailures(subject: string): void {
    this.#statements.run('DELETE FROM access_failures WHERE subject = ?', subject)
  }

  record(line: Omit<AuditLine, 'id'>): void {
    writeAuditLine(this.#statements, line)
  }

  audit(
    tenants: readonly string[] | null,
    before: number | null,
    limit: number,
    { who, what, about, since, until }: AuditFilter = {},
  ): AuditLine[] {
    return this.#statements
      .all<AuditRow>(
        `SELECT id, at, what, who, tenant, ip, detail FROM changes
         WHERE (?1 IS NULL OR tenant IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR id < ?2)
           AND (?4 IS NULL OR instr(lower(who), ?4) > 0) AND (?5 IS NULL OR instr(lower(what), ?5) > 0)
           AND (?6 IS NULL OR instr(lower(detail), ?6) > 0) AND (?7 IS NULL OR at >= ?7) AND (?8 IS NULL OR at < ?8)
         ORDER BY id DESC LIMIT ?3`,
        tenants && JSON.stringify(tenants),
        before,
        limit,
        who?.toLowerCase() ?? null,
        what?.toLowerCase() ?? null,
        about?.toLowerCase() ?? null,
        since ?? null,
        until ?? null,
      )
      .map((row) => ({ ...row, detail: JSON.parse(row.detail) }))
  }

  sweep(now: number, sessionsSeenBefore: number, auditBefore: number): void {
    this.#statements.run('DELETE FROM changes WHERE at < ?', auditBefore)
    this.#statements.run('DELETE FROM sessions WHERE seen_at < ?', sessionsSeenBefore)
    this.#statements.run('DELETE FROM sign_in_links WHERE expires_at < ?', now)
    this.#statements.run('DELETE FROM access_failures WHERE at < ?', now - failuresKeptMs)
    this.#statements.run('DELETE FROM access_challenges WHERE expires_at < ?', now)
    this.#statements.run('DELETE FROM kept_answers WHERE at < ?', now - keptAnswerMs)
  }
}

/** What he may do, and where. */
const placeOf = ({ role, tenant, domains }: Manager) => ({ role, tenant, domains })

function toManager(row: ManagerRow): Manager {
  return {
    ...row,
    domains: row.domains === null ? null : (JSON.parse(row.domains) as string[]),
    ownersOfDomains: JSON.parse(row.ownersOfDomains) as string[],
    recoveryCodes: JSON.parse(row.recoveryCodes) as string[],
    needsSecondFactor: row.needsSecondFactor === 1,
    isProbe: row.isProbe === 1,
  }
}

function toSession(row: SessionRow): Session {
  return {
    ...row,
    isComplete: row.isComplete === 1,
    isByLink: row.isByLink === 1,
    viewAs: row.viewAs === null ? null : (JSON.parse(row.viewAs) as ViewAs),
  }
}

function toKey(row: KeyRow): ApiKey {
  return { ...row, scopes: JSON.parse(row.scopes) as string[] }
}
