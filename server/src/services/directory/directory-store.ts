/** Levels of tenancy from the widest to the narrowest; settings are inherited downwards. */
export const tenantLevels = ['operator', 'reseller', 'customer'] as const
export type TenantLevel = (typeof tenantLevels)[number]

export interface Tenant {
  readonly id: string
  /** Null for the operator only. */
  readonly parent: string | null
  readonly level: TenantLevel
  readonly name: string
  /** Policy settings made at this level, by name. */
  readonly settings: Readonly<Record<string, string>>
  /** Names of settings that levels below may not change. */
  readonly locked: readonly string[]
}

export interface Domain {
  readonly name: string
  readonly tenant: string
  /** Where its mail goes; see flow/delivery/next-hop.ts for the forms. */
  readonly nextHop: string
  readonly settings: Readonly<Record<string, string>>
  /** Names of settings that groups and people may not change; set by services/policy. */
  readonly locked?: readonly string[]
}

export interface User {
  /** Lower case. */
  readonly address: string
  readonly domain: string
  readonly kind: 'user' | 'alias'
  /** For an alias the address that it belongs to, else the address itself. */
  readonly owner: string
  readonly displayName: string
  readonly settings: Readonly<Record<string, string>>
}

export interface Group {
  readonly id: string
  readonly domain: string
  readonly name: string
  readonly settings: Readonly<Record<string, string>>
}

/** People who are taken into a group. */
export interface NewMembers {
  readonly group: Group
  readonly addresses: readonly string[]
}

/** How many people of an import were new, and how many were there. */
export interface Imported {
  readonly added: number
  readonly changed: number
}

/** What stood at a domain or at people, and ended with them. */
export interface Ended {
  readonly rules: number
  /** Entries of lists of senders. */
  readonly senders: number
  /** Passwords of mail programs. */
  readonly passwords: number
  /** DKIM keys. */
  readonly keys: number
}

/** Something that has come back, or has not, since there are as many of its kind as may be. */
export interface OverLimit {
  readonly what: 'rule' | 'password' | 'key'
  /** Level, login or domain that it belongs to. */
  readonly at: string
  /** Name of the rule or the password, selector of the key. */
  readonly name: string
  /** `off`: it is back and switched off; `aside`: it comes back by the same order, once there is room. */
  readonly became: 'off' | 'aside'
}

export interface TakenBack {
  /** How many are where they were, those that are switched off with them. */
  readonly rows: number
  readonly over: readonly OverLimit[]
}

declare const answer: unique symbol

/** A call to a store as plain data, such as `directory.putUsers` with its values. */
export interface StoreCall<Answer = unknown> {
  readonly store: string
  readonly method: string
  readonly values: readonly unknown[]
  /** What it answers; for the types alone. */
  readonly [answer]?: Answer
}

/** A line of the audit log about a change. */
export interface ChangeLine {
  readonly at: number
  readonly what: string
  readonly who: string
  /** Null: the site itself. */
  readonly tenant: string | null
  /** Address that the order came from; empty: this machine. */
  readonly ip: string
  readonly detail: object
  /** Name under which the detail has what the change has answered; absent: it says nothing of that. */
  readonly answerAs?: string
  /** The change answers an object, and the detail has its fields too. */
  readonly withAnswer?: true
}

/** Tenants, domains and people: the control plane's truth. The flow sees a snapshot of it, never this. */
export interface DirectoryStore {
  tenants(): Promise<Tenant[]>
  /** With `seen` only where it is still so; false: it is not, and nothing was done. */
  putTenant(tenant: Tenant, seen?: Tenant): Promise<boolean>
  /**
   * Whether a tenant of this id may be added below another: nothing is kept of one that was called so, or that one
   * stood below the same.
   */
  isFreeId(id: string, parent: string | null): Promise<boolean>
  /** Removes a tenant with nothing below it. False: there was none, there is something, or it is not as seen. */
  removeTenant(id: string, seen?: Tenant): Promise<boolean>
  domains(): Promise<Domain[]>
  /** One domain by its name in lower case. */
  domain(name: string): Promise<Domain | null>
  /** As putTenant; with `seen` null only where there is none of its name. A claim of its tenant ends with it. */
  putDomain(domain: Domain, at: number, seen?: Domain | null): Promise<boolean>
  /**
   * Removes a domain, its people, and what stands at them by their name, which would be that of the next who has the
   * domain. That is kept aside for `takeBack`. Null: there was none, or it is not as seen.
   */
  removeDomain(name: string, at: number, seen?: Domain): Promise<Ended | null>
  users(domain: string, after: string, limit: number): Promise<User[]>
  /** One person or alias by its address in lower case. */
  user(address: string): Promise<User | null>
  countUsers(): Promise<{ domain: string; users: number }[]>
  /** Adds or changes people; answers how many were new. Who is there keeps his settings, which services/policy makes. */
  putUsers(users: readonly User[], at: number): Promise<number>
  /** Adds or changes people, and takes them into groups, which are made where there are none yet. */
  importPeople(users: readonly User[], groups: readonly NewMembers[], at: number): Promise<Imported>
  /** Changes somebody who is still as he was seen; false: he is not, and nothing was done. */
  changeUser(user: User, at: number, seen: User): Promise<boolean>
  /**
   * Removes people with what stands at them, which is kept aside as that of a domain is. Answers what ended with them;
   * null: one of them is not as seen any more, or none of them is there, and nothing was done.
   */
  removeUsers(addresses: readonly string[], at: number, seen?: User): Promise<Ended | null>
  /**
   * Puts in force again what stood at domains or addresses that have come back, unless their domain has gone to another
   * tenant. Where there are as many of its kind already as may be, a rule comes back switched off, and a password or key
   * stays aside.
   */
  takeBack(names: readonly string[]): Promise<TakenBack>
  /** A domain and people of it that are there, again, and have left something: names in order, behind one. */
  backWithLeft(domain: string, after: string, limit: number): Promise<string[]>
  /** Counts what was left at domains as left at this moment. */
  renewLeft(domains: readonly string[], at: number): Promise<void>
  /** Whether anything was left before a moment, apart from domains whose loss is held. */
  mayForgetLeft(before: number, held: readonly string[]): Promise<boolean>
  /** Forgets some of it. Answers how many rows. */
  forgetLeft(before: number, held: readonly string[]): Promise<number>
  groups(domain: string): Promise<Group[]>
  putGroup(group: Group, members: readonly string[]): Promise<void>
  /** Adds a group where there is none of its id yet, and members to it. False: all of it was so. */
  joinGroup(group: Group, members: readonly string[]): Promise<boolean>
  /** Takes people into a group that is there, and others out. False: all of it was so. */
  changeMembers(id: string, add: readonly string[], remove: readonly string[]): Promise<boolean>
  /** Removes a group with what stands at it; its people stay. False: there was none. */
  removeGroup(id: string): Promise<boolean>
  /** Grows with every change of tenants, domains, people and groups, and only then: what is put again is no change. */
  version(): Promise<number>
  /** A small named value of the control plane. */
  fact(name: string): Promise<string | null>
  /** Facts whose names start so. */
  facts(prefix: string): Promise<{ name: string; value: string }[]>
  setFact(name: string, value: string | null): Promise<void>
  /** False: there was none of them. */
  removeFacts(names: readonly string[]): Promise<boolean>
  /**
   * Makes a change, in this or another store, and notes it, in one transaction: both or none. Where the change answers null
   * or false it was not made, and is not noted. Answers what the change does.
   */
  recordedChange(change: StoreCall, lines: readonly ChangeLine[]): Promise<unknown>
  /** Notes who changed what, of which tenant (none: of the whole site), and from which address (none: this machine). */
  recordChange(
    at: number,
    what: string,
    who: string,
    detail: object,
    of?: { readonly tenant: string | null; readonly ip: string },
  ): Promise<void>
}
