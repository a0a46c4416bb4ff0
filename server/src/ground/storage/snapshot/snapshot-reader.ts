import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RouteSource } from '#flow/delivery/route.ts'
import type { OutboundPolicy } from '#flow/gateway/outbound-policy.ts'
import type { RecipientAnswer, RecipientSource } from '#flow/gateway/recipient-source.ts'
import type {
  ClientSigns,
  KnownSender,
  Login,
  SenderPlace,
  SenderSource,
} from '#flow/gateway/sender-source.ts'
import type { VerdictPolicy } from '#flow/inspection/verdict.ts'
import { daysOf } from '#ground/platform/kept-days.ts'
import { tenantOfLevels } from '#ground/platform/tenant-of-levels.ts'
import { canaryFor } from './is-chosen.ts'
import { type CandidatesByScope, readCandidates } from './snapshot-candidates.ts'
import { lostDomainKey, openToRead, readPointer, type SnapshotPointer } from './snapshot-file.ts'
import { type LongerReader, readLonger } from './snapshot-longer.ts'
import { readScopes, type ScopeReader } from './snapshot-scopes.ts'
import { readSenders, type SenderReader } from './snapshot-senders.ts'

interface DomainRow {
  readonly name: string
  readonly tenant: string
  readonly nextHop: string
  readonly policy: VerdictPolicy
  readonly takesAny: boolean
}

interface Open {
  readonly pointer: SnapshotPointer
  readonly database: DatabaseSync
  readonly person: StatementSync
  readonly lost: StatementSync
  readonly domain: StatementSync
  readonly domains: Map<string, DomainRow | null>
  /** False: there is no domain at all, as on a data folder that is not the one that it should be. */
  readonly hasDomains: boolean
  /** Null: the file is of an older program, and people have the policy of their domain. */
  readonly scopes: ScopeReader | null
  /** Null: the file is of an older program, which knew no senders. */
  readonly senders: SenderReader | null
  /** Null: the file is of an older program. */
  readonly longer: LongerReader | null
  /** Changes of policy on trial that are in force for some; empty as a rule. */
  readonly candidates: CandidatesByScope
  /** Policies of people that differ from their domain's, by the levels that make them. */
  readonly policies: Map<string, VerdictPolicy>
}

/** Makes a policy of settings in force, which the snapshot has as text. */
export type ReadPolicy = (settings: Readonly<Record<string, string>>) => VerdictPolicy

/** The same for mail that people send. */
export type ReadOutboundPolicy = (settings: Readonly<Record<string, string>>) => OutboundPolicy

/** Domains remembered at a time; names of strangers must not fill the memory. */
const mostDomains = 50_000

/**
 * The directory as the flow sees it: the last good snapshot file, read in place. A look-up costs a few
 * microseconds and needs nothing but this machine's disk. When a newer file cannot be opened, the one in use stays.
 */
export class SnapshotReader implements RecipientSource, RouteSource, SenderSource {
  readonly #folder: string
  readonly #maxAgeMs: () => number
  readonly #now: () => number
  readonly #readPolicy: ReadPolicy
  readonly #readOutbound: ReadOutboundPolicy
  #open: Open | null = null
  /** What was found in the snapshot of that version: it is asked for each minute, and seldom another. */
  #secured: { readonly version: number; readonly limit: number; readonly names: readonly string[] } | null =
    null
  #pointer: SnapshotPointer | null = null
  #trouble = 'there is no directory snapshot yet'

  constructor(
    folder: string,
    maxAgeMs: () => number,
    now: () => number,
    readPolicy: ReadPolicy,
    readOutbound: ReadOutboundPolicy,
  ) {
    this.#readPolicy = readPolicy
    this.#readOutbound = readOutbound
    this.#folder = folder
    this.#maxAgeMs = maxAgeMs
    this.#now = now
    this.refresh()
  }

  /** Looks for a newer snapshot; called every second, and after changes made here. */
  refresh(): void {
    const pointer = readPointer(this.#folder)
    if (pointer === null) return
    this.#pointer = pointer
    if (this.#open?.pointer.version === pointer.version) return
    try {
      const next = openSnapshot(join(this.#folder, pointer.file), pointer)
      this.#open?.database.close()
      this.#open = next
    } catch (cause) {
      this.#trouble = `snapshot ${pointer.version} cannot be read: ${(cause as Error).message}`
    }
  }

  /** Why recipients cannot be looked up; null: they can. */
  trouble(): string | null {
    if (!this.#open || !this.#pointer) return this.#trouble
    const age = this.#now() - this.#pointer.checkedAt
    return age > this.#maxAgeMs() ? `the directory snapshot is ${Math.round(age / 60_000)} minutes old` : null
  }

  /** Version of the snapshot in use; null: there is none. */
  version(): number | null {
    return this.#open?.pointer.version ?? null
  }

  /** Age of the snapshot in milliseconds; null: there is none. */
  ageMs(): number | null {
    return this.#pointer ? this.#now() - this.#pointer.checkedAt : null
  }

  /** Whether there is a snapshot that has no domain at all: nobody can tell then who is one of ours. */
  isEmpty(): boolean {
    return this.#open?.hasDomains === false
  }

  lookup(local: string, domain: string): RecipientAnswer {
    const trouble = this.trouble()
    const open = this.#open
    if (trouble !== null || !open) return { kind: 'unavailable', why: trouble ?? this.#trouble }
    try {
      return this.#find(open, local.toLowerCase(), domain.toLowerCase())
    } catch (cause) {
      return { kind: 'unavailable', why: (cause as Error).message }
    }
  }

  nextHopOf(domain: string): string | null {
    // Mail that has been accepted follows the last route known, however old.
    if (!this.#open) throw new Error(this.#trouble)
    return this.#domain(this.#open, domain.toLowerCase())?.nextHop ?? null
  }

  /** Next hops of domains that ask for TLS by themselves, each once. */
  securedHops(limit: number): readonly string[] {
    const open = this.#open
    if (!open) return []
    if (this.#secured?.version !== open.pointer.version || this.#secured.limit !== limit) {
      const rows = open.database
        .prepare(
          `SELECT DISTINCT next_hop AS name FROM domains
           WHERE next_hop LIKE '%tls=required%' OR next_hop LIKE '%tls=verify%' ORDER BY next_hop LIMIT ?`,
        )
        .all(limit) as unknown as { name: string }[]
      this.#secured = { version: open.pointer.version, limit, names: rows.map((each) => each.name) }
    }
    return this.#secured.names
  }

  /** Whether a domain is one of ours. */
  isOurs(domain: string): boolean {
    return this.#open !== null && this.#domain(this.#open, domain.toLowerCase()) !== null
  }

  /**
   * Policy settings in force for an address, as text; empty: none of ours, not of that tenant where one is given, or
   * nothing is set. @throws Error while there is no snapshot
   */
  settingsOf(address: string, tenant?: string): Readonly<Record<string, string>> {
    if (!this.#open) throw new Error(this.#trouble)
    const at = address.lastIndexOf('@')
    const { scopes } = this.#open
    const [local, domain] = [address.slice(0, at).toLowerCase(), address.slice(at + 1).toLowerCase()]
    if (!scopes) return {}
    const levels = scopes.of(local, domain)
    if (tenant !== undefined && tenantOfLevels(levels) !== tenant) return {}
    return scopes.settingsOf(levels, canaryFor(this.#open.candidates, levels, `${local}@${domain}`)?.proposal)
  }

  /**
   * How long mail of an address is kept all the same since the directory changed, by the name of the setting; empty: as
   * its levels say, as a rule. @throws Error while there is no snapshot
   */
  longerOf(address: string): Readonly<Record<string, string>> {
    if (!this.#open) throw new Error(this.#trouble)
    const at = address.lastIndexOf('@')
    const [local, domain] = [address.slice(0, at).toLowerCase(), address.slice(at + 1).toLowerCase()]
    return this.#open.longer?.of(local, domain, this.#now()) ?? {}
  }

  /** When the last of these times of a domain is over; null: none runs. */
  longerUntil(domain: string): number | null {
    return this.#open?.longer?.until(domain, this.#now()) ?? null
  }

  /** As settingsOf, with such times where they are longer: what becomes of kept mail. */
  keptSettingsOf(address: string, tenant: string): Readonly<Record<string, string>> {
    const settings = { ...this.settingsOf(address, tenant) }
    for (const [name, days] of Object.entries(this.longerOf(address)))
      if (daysOf(days) > daysOf(settings[name])) settings[name] = days
    return settings
  }

  relaysOf({ ip, fingerprint }: ClientSigns): readonly KnownSender[] {
    return this.#open?.senders?.relaysOf(ip, fingerprint) ?? []
  }

  loginOf(name: string): Login | null {
    // However old it is: who could log in yesterday must not be turned away for a fault of ours.
    if (!this.#open) throw new Error(this.#trouble)
    return this.#open.senders?.loginOf(name) ?? null
  }

  asksCertificates(): boolean {
    return this.#open?.senders?.hasCertificates ?? false
  }

  placeOf({ tenant, domains, addresses }: KnownSender, address: string): SenderPlace | null {
    const open = this.#open
    const at = address.lastIndexOf('@')
    const [local, name] = [address.slice(0, at).toLowerCase(), address.slice(at + 1).toLowerCase()]
    const row = open && at > 0 ? this.#domain(open, name) : null
    if (!open || !row) return null
    const above = open.scopes?.of('', name) ?? [`tenant:${row.tenant}`]
    if (!above.includes(`tenant:${tenant}`)) return null
    if (domains !== null && !domains.includes(row.name)) return null
    const plus = local.indexOf('+')
    const bare = plus > 0 ? local.slice(0, plus) : local
    if (
      addresses !== null &&
      !addresses.includes(`${local}@${name}`) &&
      !addresses.includes(`${bare}@${name}`)
    )
      return null
    return { tenant: row.tenant, domain: row.name }
  }

  outboundPolicyOf(address: string): OutboundPolicy {
    try {
      return this.#readOutbound(this.settingsOf(address))
    } catch {
      return this.#readOutbound({})
    }
  }

  close(): void {
    this.#open?.database.close()
    this.#open = null
  }

  #find(open: Open, local: string, domain: string): RecipientAnswer {
    const row = this.#domain(open, domain)
    if (row === null)
      return this.#isLost(open, lostDomainKey(domain))
        ? { kind: 'lost', tenant: '', domain }
        : open.hasDomains
          ? { kind: 'not-ours' }
          : { kind: 'unavailable', why: 'the directory has no domain at all' }
    const place = { tenant: row.tenant, domain: row.name }
    const known = { kind: 'known', ...place, policy: this.#policyOf(open, row, local, domain) } as const
    // RFC 5321, 4.5.1: every domain takes mail for its postmaster.
    if (local === 'postmaster' || row.takesAny) return known
    const plus = local.indexOf('+')
    const names = plus > 0 ? [local, local.slice(0, plus)] : [local]
    for (const name of names) if (open.person.get(`${name}@${domain}`)) return known
    for (const name of names) if (this.#isLost(open, `${name}@${domain}`)) return { kind: 'lost', ...place }
    return { kind: 'unknown', ...place }
  }

  /** The domain's policy, unless a group of the person or the person has settings of its own. */
  #policyOf(open: Open, row: DomainRow, local: string, domain: string): VerdictPolicy {
    if (!open.scopes) return row.policy
    const isPlain = open.scopes.beyondDomain(local, domain) === null
    if (isPlain && open.candidates.size === 0) return row.policy
    const scopes = open.scopes.of(local, domain)
    const canary = canaryFor(open.candidates, scopes, `${local}@${domain}`)
    if (isPlain && canary === null) return row.policy
    const key = [...scopes, canary?.id ?? ''].join(' ')
    const known = open.policies.get(key)
    if (known) return known
    const policy = this.#readPolicy(open.scopes.settingsOf(scopes, canary?.proposal))
    if (open.policies.size >= mostDomains) open.policies.clear()
    open.policies.set(key, policy)
    return policy
  }

  #isLost(open: Open, key: string): boolean {
    const lost = open.lost.get(key) as { until: number } | undefined
    return lost !== undefined && lost.until > this.#now()
  }

  #domain(open: Open, name: string): DomainRow | null {
    const known = open.domains.get(name)
    if (known !== undefined) return known
    const row = open.domain.get(name) as
      | { name: string; tenant: string; next_hop: string; policy: string }
      | undefined
    const domain = row ? this.#toDomain(row) : null
    if (open.domains.size >= mostDomains) open.domains.clear()
    open.domains.set(name, domain)
    return domain
  }

  #toDomain(row: { name: string; tenant: string; next_hop: string; policy: string }): DomainRow {
    const settings = JSON.parse(row.policy) as Record<string, string>
    return {
      name: row.name,
      tenant: row.tenant,
      nextHop: row.next_hop,
      policy: this.#readPolicy(settings),
      takesAny: settings.recipients === 'any',
    }
  }
}

function scopesIn(database: DatabaseSync): ScopeReader | null {
  try {
    return readScopes(database)
  } catch {
    return null
  }
}

function sendersIn(database: DatabaseSync): SenderReader | null {
  try {
    return readSenders(database)
  } catch {
    return null
  }
}

function openSnapshot(path: string, pointer: SnapshotPointer): Open {
  const database = openToRead(path)
  try {
    database.exec('PRAGMA mmap_size = 268435456')
    if (!database.prepare('SELECT yes FROM complete').get()) throw new Error('it is not complete')
    return {
      pointer,
      database,
      person: database.prepare('SELECT 1 FROM people WHERE address = ?'),
      lost: database.prepare('SELECT until FROM lost WHERE address = ?'),
      domain: database.prepare('SELECT name, tenant, next_hop, policy FROM domains WHERE name = ?'),
      domains: new Map(),
      hasDomains: database.prepare('SELECT 1 FROM domains LIMIT 1').get() !== undefined,
      scopes: scopesIn(database),
      senders: sendersIn(database),
      longer: readLonger(database),
      candidates: readCandidates(database, ['canary']),
      policies: new Map(),
    }
  } catch (cause) {
    database.close()
    throw cause
  }
}
