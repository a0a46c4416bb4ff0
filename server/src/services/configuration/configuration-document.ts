import type { DirectoryStore, Domain, Tenant } from '#services/directory/directory-store.ts'
import type { DirectoryViews } from '#services/directory/directory-views.ts'
import type { RuleFile } from '#services/policy/copy-rules.ts'
import type { KeptSender, PolicyStore } from '#services/policy/policy-store.ts'
import { domainOfLevel } from '#services/policy/scope.ts'

export const configurationFormat = 'mailkeep-configuration'

/**
 * What has been set up for tenants, as a file that another site can take. No secrets are in it: keys, passwords, managers,
 * webhooks and sources of user sync are made anew where it goes.
 */
export interface ConfigurationDocument {
  readonly format: typeof configurationFormat
  readonly version: 1
  /** Those above stand before those below. Null as parent: the operator, or whose parent is no part of the document. */
  readonly tenants: readonly TenantEntry[]
  readonly domains: readonly DomainEntry[]
  readonly groups: readonly GroupEntry[]
  /** None where nobody asked for people. */
  readonly people: readonly PersonEntry[]
  /** Settings made at levels of tenancy. */
  readonly levels: readonly LevelEntry[]
  /** Lists of senders. */
  readonly senders: readonly SenderEntry[]
  /** In their order at each level. */
  readonly rules: readonly RuleEntry[]
}

export type TenantEntry = Pick<Tenant, 'id' | 'parent' | 'level' | 'name'>
export type DomainEntry = Pick<Domain, 'name' | 'tenant' | 'nextHop'>

export interface GroupEntry {
  readonly domain: string
  readonly name: string
  /** Addresses; empty where nobody asked for people. */
  readonly members: readonly string[]
}

export interface PersonEntry {
  readonly address: string
  /** Whose alias it is; null: it is nobody's. */
  readonly aliasOf: string | null
  readonly displayName: string
}

export interface LevelEntry {
  /** `tenant:ID`, `domain:NAME`, `group:DOMAIN/NAME` or `user:ADDRESS`. */
  readonly level: string
  readonly settings: Readonly<Record<string, string>>
  readonly locked: readonly string[]
}

export interface SenderEntry {
  readonly level: string
  readonly kind: KeptSender['kind']
  readonly entry: string
}

export type RuleEntry = RuleFile['rules'][number]

/** Where configuration is read. */
export interface ConfigurationParts {
  readonly directory: DirectoryStore
  readonly views: Pick<DirectoryViews, 'personLines' | 'person'>
  readonly policy: PolicyStore
}

/** The kind of a level, and what it is called among its kind. */
export function partsOfLevel(level: string): { readonly kind: string; readonly id: string } {
  const colon = level.indexOf(':')
  return { kind: level.slice(0, colon), id: level.slice(colon + 1) }
}

/** Whether a level is one of these tenants and domains, or below one of these domains. */
export function isLevelOf(
  { tenants, domains }: { readonly tenants: ReadonlySet<string>; readonly domains: ReadonlySet<string> },
  level: string,
): boolean {
  const domain = domainOfLevel(level)
  return domain === null ? tenants.has(partsOfLevel(level).id) : domains.has(domain)
}
