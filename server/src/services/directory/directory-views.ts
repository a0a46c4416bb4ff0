import type { Reach } from '#services/ledger/ledger-store.ts'
import type { Group, TenantLevel } from './directory-store.ts'
import type { RecordLight } from './domain-lights.ts'
import type { SeenLights } from './light-store.ts'

/** Whose part of the directory is looked at; null: all of it. */
export type Within = Reach | null

/** What every list is asked with. */
export interface Page {
  readonly within: Within
  /** Part of a name or address, lower case; undefined: all. */
  readonly text?: string
  /** Key of the last line of the page before; empty: from the beginning. */
  readonly after: string
  readonly limit: number
}

export interface TenantLine {
  readonly id: string
  readonly parent: string | null
  readonly level: TenantLevel
  readonly name: string
  /** Tenants directly below, domains of its own, and people of these. */
  readonly children: number
  readonly domains: number
  readonly people: number
}

export interface DomainLine {
  readonly name: string
  readonly tenant: string
  readonly tenantName: string
  readonly nextHop: string
  readonly settings: Readonly<Record<string, string>>
  readonly people: number
  readonly addedAt: number
  /** What DNS said of it; null: nobody has asked yet. */
  readonly lights: Omit<SeenLights, 'domain'> | null
}

export interface PersonLine {
  readonly address: string
  readonly domain: string
  readonly tenant: string
  readonly kind: 'user' | 'alias'
  readonly owner: string
  readonly displayName: string
}

export interface Person extends PersonLine {
  readonly aliases: readonly string[]
  readonly groups: readonly { readonly id: string; readonly name: string }[]
  readonly addedAt: number
}

export interface GroupLine extends Group {
  readonly tenant: string
  readonly members: number
}

/** How much there is. */
export interface DirectoryTotals {
  readonly tenants: number
  readonly domains: number
  readonly people: number
  readonly aliases: number
}

/** A group or a person that questions can be limited to. */
export interface PeopleScope {
  /** `group:DOMAIN/NAME`, or `user:ADDRESS` with the own address of somebody. */
  readonly scope: string
  readonly tenant: string
  readonly domain: string
  /** What people call it. */
  readonly name: string
}

/** The directory as people leaf through it: paged, searched, and never beyond somebody's reach. */
export interface DirectoryViews {
  /** In order of the id. `below`: only those directly below this one. */
  tenantLines(page: Page, below?: string): Promise<TenantLine[]>
  /** One tenant with all above it, widest first and itself last; empty: there is none such within. */
  tenantPath(id: string, within: Within): Promise<TenantLine[]>
  /** Ids of a tenant and of all below it. */
  tenantsBelow(id: string, within: Within): Promise<string[]>
  /**
   * In order of the name; of one tenant only where one is given. `wrong`: where this record was not right when it was last
   * looked at, or any of them.
   */
  domainLines(page: Page, tenant?: string, wrong?: RecordLight | 'any'): Promise<DomainLine[]>
  domainLine(name: string, within: Within): Promise<DomainLine | null>
  /** In order of the address; of one domain or one group only where one is given. */
  personLines(page: Page, of?: { readonly domain?: string; readonly group?: string }): Promise<PersonLine[]>
  person(address: string, within: Within): Promise<Person | null>
  /** Of these addresses (in small letters) those that are neither people nor aliases. */
  unlisted(addresses: readonly string[]): Promise<string[]>
  groupLines(page: Page, domain?: string): Promise<GroupLine[]>
  groupLine(id: string, within: Within): Promise<GroupLine | null>
  /**
   * The group or the person of a scope; an alias is whom it belongs to. Null: there is none such within, or some of its
   * addresses are at domains out of reach.
   */
  peopleScope(scope: string, within: Within): Promise<PeopleScope | null>
  /** Groups, then people, whose name or address has a text in small letters; at most `limit` of each. */
  peopleScopes(text: string, within: Within, limit: number): Promise<PeopleScope[]>
  totals(within: Within): Promise<DirectoryTotals>
}
