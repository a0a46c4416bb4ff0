import type { Domain } from '#services/directory/directory-store.ts'
import { callTo } from '#services/directory/recorded-change.ts'

/**
 * What the last look into DNS found. missing: no such record; other: records, but none of this claim; unknown: DNS did
 * not answer; taken: the record is there, and the domain is somebody else's here already.
 */
export type ClaimFinding = 'missing' | 'other' | 'unknown' | 'taken'

/**
 * A domain that a tenant says is its own, and has not proved yet. It is none of the directory's domains: nothing is
 * routed, signed, sent or kept for it. Several tenants may claim the same one.
 */
export interface DomainClaim {
  readonly id: string
  readonly tenant: string
  readonly name: string
  /** What it will be added with once it is proved. */
  readonly nextHop: string
  readonly anyRecipient: boolean
  /** Stands in DNS; made at random for this claim, so no record of another tenant or of an earlier claim proves it. */
  readonly token: string
  readonly claimedAt: number
  readonly claimedBy: string
  /** Null: DNS was not asked yet. */
  readonly checkedAt: number | null
  readonly found: ClaimFinding | null
  /** What DNS said, for people; empty: nothing. */
  readonly said: string
  /** When it is looked for again by itself; null: only when somebody asks. */
  readonly dueAt: number | null
}

export interface ClaimPage {
  /** Null: all. */
  readonly tenants: readonly string[] | null
  /** Part of a name. */
  readonly text: string
  /** Id of the last one of the page before. */
  readonly after: string
  readonly limit: number
}

/** Claims that wait for their record. */
export interface ClaimStore {
  /** In order of their ids, which is that of their time. */
  claims(page: ClaimPage): Promise<DomainClaim[]>
  claim(id: string): Promise<DomainClaim | null>
  countClaims(tenant: string): Promise<number>
  /** False: the tenant claims it already. */
  addClaim(claim: DomainClaim): Promise<boolean>
  noteCheck(claim: Pick<DomainClaim, 'id' | 'checkedAt' | 'found' | 'said' | 'dueAt'>): Promise<void>
  /** Those that are to be looked for by now, the longest overdue first. */
  dueClaims(at: number, limit: number): Promise<DomainClaim[]>
  /**
   * Makes the domain of a claim one of the directory, in one step with the end of the claim. False: the claim or its
   * tenant is gone, or somebody has the domain, and nothing was done.
   */
  settleClaim(id: string, domain: Domain, at: number): Promise<boolean>
  /** False: there was none. */
  removeClaim(id: string): Promise<boolean>
}

/** Calls to its store, for changes that are noted with them. */
export const inClaims = callTo<ClaimStore>('claims')
