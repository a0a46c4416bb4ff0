import type { RoleName } from './roles.ts'

/** A person who signs in. */
export interface Manager {
  /** Name for signing in, lower case. */
  readonly id: string
  readonly displayName: string
  /** Where notices go; empty: nowhere. */
  readonly address: string
  readonly role: RoleName
  /** Tenant below which everything is in reach; the operator's means all. */
  readonly tenant: string
  /** Only these domains of it, or groups and people (`group:DOMAIN/NAME`, `user:ADDRESS`); null: all. */
  readonly domains: readonly string[] | null
  /** Whose these domains are; the store looks it up. Empty where he has all. */
  readonly ownersOfDomains: readonly string[]
  /** argon2id in PHC form; null: only by link, until a password is set. */
  readonly passwordHash: string | null
  /** Shared secret of the second factor in base32; null: there is none. */
  readonly totpSecret: string | null
  /** SHA-256 of recovery codes that are left. */
  readonly recoveryCodes: readonly string[]
  /** A manager without a second factor has to set one up before anything else. */
  readonly needsSecondFactor: boolean
  readonly createdAt: number
  readonly createdBy: string
  /** Null: may sign in. */
  readonly disabledAt: number | null
  /** How many passkeys he has; the store counts them. */
  readonly passkeys: number
  /** Nobody: what tries every minute whether people can sign in. It may do nothing, and no list has it. */
  readonly isProbe: boolean
}

/** What changes by itself of a manager, each apart from the others. */
export type ManagerChange = Partial<
  Pick<Manager, 'passwordHash' | 'totpSecret' | 'recoveryCodes' | 'disabledAt'>
>

/** Somebody looks at what others see, and changes nothing while he does. */
export interface ViewAs {
  readonly tenant: string
  readonly role: RoleName
  /** Only what concerns this domain, group or person (`group:DOMAIN/NAME`, `user:ADDRESS`); null: the tenant and everything below it. */
  readonly domain: string | null
  readonly reason: string
  readonly until: number
}

export interface Session {
  /** SHA-256 of the secret in the cookie. */
  readonly hash: string
  readonly manager: string
  readonly createdAt: number
  readonly seenAt: number
  /** Whether the second factor was given, where there is one. */
  readonly isComplete: boolean
  /** Whether a link has opened it, and no password was set in it since. */
  readonly isByLink: boolean
  readonly ip: string
  readonly agent: string
  /** Null: he looks with his own eyes. */
  readonly viewAs: ViewAs | null
}

/** Somebody who has signed in, wholly or not. */
export interface SignedIn {
  readonly session: Session
  readonly manager: Manager
}

/** A link that signs in once. */
export interface SignInLink {
  readonly hash: string
  readonly manager: string
  readonly expiresAt: number
}

/** A key for programs. */
export interface ApiKey {
  readonly id: string
  /** SHA-256 of the secret part. */
  readonly hash: string
  readonly name: string
  readonly tenant: string
  readonly scopes: readonly string[]
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number | null
  /** To the day; null: not yet. */
  readonly usedAt: number | null
}

/** One line of the audit log. */
export interface AuditLine {
  readonly id: number
  readonly at: number
  readonly what: string
  /** `manager:NAME`, `key:ID`, `cli:NAME` or `mailkeep`. */
  readonly who: string
  /** Whose it was; null: of the whole site. */
  readonly tenant: string | null
  /** Address that it came from; empty for commands. */
  readonly ip: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** What lines of the audit log are looked for; all of it must hold. */
export interface AuditFilter {
  /** Part of who did it, any case. */
  readonly who?: string
  /** Part of what was done, any case. */
  readonly what?: string
  /** Part of the detail, such as the name of a manager or the id of a message. */
  readonly about?: string
  readonly since?: number
  readonly until?: number
}

/** Who may come in. The control plane's truth; mail never asks it. */
export interface AccessStore {
  managers(): Promise<Manager[]>
  manager(id: string): Promise<Manager | null>
  /**
   * With `seen` only where it is still so; false: it is not, and nothing was done. Sessions and links end where his role,
   * his tenant or his domains are others now.
   */
  putManager(manager: Manager, seen?: Manager): Promise<boolean>
  /**
   * Changes only what is named of a manager who is there: what somebody else changes at the same time stays. False:
   * there is none.
   */
  changeManager(id: string, change: ManagerChange): Promise<boolean>
  /** Takes sessions and links with it. False: there was none. */
  removeManager(id: string): Promise<boolean>
  /** Marks a step of the second factor as used. False: it was used before, so somebody has listened. */
  useTotpStep(manager: string, step: number): Promise<boolean>
  /** Takes a recovery code away. False: there is none of this hash. */
  useRecoveryCode(manager: string, hash: string): Promise<boolean>

  session(hash: string): Promise<Session | null>
  /** A session and whose it is, in one step: every question asks this. */
  signedIn(hash: string): Promise<SignedIn | null>
  /** A new one. */
  putSession(session: Session): Promise<void>
  /** Notes when it was last seen; one that has ended meanwhile stays ended. */
  touchSession(hash: string, seenAt: number): Promise<void>
  /** With whose eyes it looks from now on; one that has ended meanwhile stays ended. */
  setView(hash: string, viewAs: ViewAs | null): Promise<void>
  /** Its link proves nothing more: he has a password that he knows. */
  spendLinkProof(hash: string): Promise<void>
  sessionsOf(manager: string): Promise<Session[]>
  endSession(hash: string): Promise<void>
  /** Ends all of a manager but one. */
  endSessionsOf(manager: string, butHash: string | null): Promise<number>

  putLink(link: SignInLink): Promise<void>
  link(hash: string): Promise<SignInLink | null>
  /** The link, used up by this call. Null: there is none, or somebody was faster. */
  useLink(hash: string): Promise<SignInLink | null>

  keys(): Promise<ApiKey[]>
  key(id: string): Promise<ApiKey | null>
  /** A new one. */
  putKey(key: ApiKey): Promise<void>
  /** Notes when it was last used; one that is gone meanwhile stays gone. */
  touchKey(id: string, usedAt: number): Promise<void>
  /** False: there was none. */
  removeKey(id: string): Promise<boolean>

  /** Counts a wrong secret for a subject (an account, or an address); answers those within the window. */
  noteFailure(subject: string, at: number, windowMs: number): Promise<number>
  failures(subject: string, since: number): Promise<number>
  /** When the last one was; null: there is none. */
  latestFailure(subject: string): Promise<number | null>
  clearFailures(subject: string): Promise<void>

  /** Adds to the audit log, which nothing changes or deletes before its time. */
  record(line: Omit<AuditLine, 'id'>): Promise<void>
  /** Newest first, before `before` (an id); of these tenants, null: of all and of the site itself. */
  audit(
    tenants: readonly string[] | null,
    before: number | null,
    limit: number,
    filter?: AuditFilter,
  ): Promise<AuditLine[]>

  /** Deletes sessions, links, challenges and kept answers that are over, failures that count no more, and the audit log before its time. */
  sweep(now: number, sessionsSeenBefore: number, auditBefore: number): Promise<void>
}
