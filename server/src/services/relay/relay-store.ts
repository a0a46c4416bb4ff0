import type { PasswordRecord } from '#ground/platform/password-record.ts'
import { callTo } from '#services/directory/recorded-change.ts'

/** How a server of a customer is known. */
export const relayKinds = ['network', 'certificate', 'login'] as const
export type RelayKind = (typeof relayKinds)[number]

/** A server that may send through here. */
export interface Relay {
  readonly id: string
  readonly tenant: string
  readonly kind: RelayKind
  /** A network in CIDR form, a SHA-256 of a certificate as hex digits, or the name that it logs in with. */
  readonly value: string
  /** Domains that it sends for; none: all of the tenant and of those below it. */
  readonly domains: readonly string[]
  readonly note: string
  readonly addedAt: number
  readonly addedBy: string
}

/** A password for a mail program; the password itself is nowhere. */
export interface MailPassword {
  readonly id: string
  /** Address of a person, or the name that a server logs in with. */
  readonly login: string
  /** What its owner calls it: a telephone, a printer. */
  readonly name: string
  readonly record: PasswordRecord
  readonly madeAt: number
  readonly madeBy: string
}

/** Who may send through here. What it changes is in force with the next snapshot of the directory. */
export interface RelayStore {
  /** In order of their ids, from behind `after` on. @param tenants null: of all */
  relays(tenants: readonly string[] | null, after: string, limit: number): Promise<Relay[]>
  relay(id: string): Promise<Relay | null>
  /** Of one value, whosever. */
  relaysOf(kind: RelayKind, value: string): Promise<Relay[]>
  addRelay(relay: Relay): Promise<void>
  /** Removes it with the passwords of its login. False: there was none. */
  removeRelay(id: string): Promise<boolean>
  passwords(login: string): Promise<MailPassword[]>
  addPassword(password: MailPassword): Promise<void>
  /** False: the login has no such password. */
  removePassword(login: string, id: string): Promise<boolean>
}

/** Calls to its store, for changes that are noted with them. */
export const inRelays = callTo<RelayStore>('relays')
