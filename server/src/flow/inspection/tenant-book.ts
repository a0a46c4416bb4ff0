import type { MessageRule } from './message-rule.ts'

/** An entry of an allow or block list. */
export interface ListedSender {
  readonly scope: string
  /** Exact address or exact domain, as compared: in small letters. */
  readonly entry: string
  readonly kind: 'allow' | 'block'
}

/** What tenants have set up for their mail, from the last good snapshot; answers at once, from this machine. */
export interface TenantBook {
  /** Changes when anything in it may have. */
  version(): number
  /** Levels that an address of ours belongs to, widest first; empty: it is none of ours. */
  scopesOf(address: string): readonly string[]
  /** Rules of a level that are switched on, in order. */
  rulesOf(scope: string): readonly MessageRule[]
  /** Entries of these levels that are one of the given texts. */
  listed(scopes: readonly string[], entries: readonly string[]): readonly ListedSender[]
}

/** A book of nobody: for commands that judge without a site. */
export const emptyBook: TenantBook = {
  version: () => 0,
  scopesOf: () => [],
  rulesOf: () => [],
  listed: () => [],
}
