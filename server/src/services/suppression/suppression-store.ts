import { callTo } from '#services/directory/recorded-change.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'

/** Why a recipient is left alone: it does not exist, it has complained of mail, or a person of ours wants it so. */
export const suppressionCauses = ['bounce', 'complaint', 'hand'] as const
export type SuppressionCause = (typeof suppressionCauses)[number]

/** A recipient that a tenant does not write to until a moment. */
export interface Suppression {
  /** Names the tenant and the address; the same each time it is added. */
  readonly id: string
  readonly tenant: string
  /** Lower case. */
  readonly address: string
  readonly cause: SuppressionCause
  /** What the bounce means, by ground/bounces; empty: no bounce. */
  readonly class: string
  /** What the receiver said. */
  readonly words: string
  /** The message that bounced or was complained of; empty: none. */
  readonly messageId: string
  /** Bounces so far, one at a time while it lasted. */
  readonly times: number
  readonly addedAt: number
  readonly until: number
  /** Of whoever has added it by hand; empty: it came by itself. */
  readonly addedBy: string
  readonly note: string
}

/** What says that a recipient is better left alone. */
export interface SuppressionNews {
  readonly at: number
  readonly tenant: string
  readonly address: string
  readonly cause: Exclude<SuppressionCause, 'hand'>
  readonly class: string
  readonly words: string
  readonly messageId: string
  /**
   * The receiver said so itself while it was spoken to. What comes by mail may be forged or out of date: it counts from
   * the second message on.
   */
  readonly isCertain: boolean
  /** How long it is left alone the first, the second and each later time, in milliseconds. */
  readonly lastsMs: readonly number[]
}

export interface SuppressionQuery {
  /** Whose; null: of all. */
  readonly within: Reach | null
  readonly now: number
  /** Part of the address; empty: any. */
  readonly text: string
  readonly cause: SuppressionCause | null
  /** Id of the last line before; empty: from the first. */
  readonly after: string
  readonly limit: number
}

/** Who is not written to. The flow asks when mail is claimed (flow/delivery), in the same database. */
export interface SuppressionStore {
  /** Those in force, in order of their ids. */
  list(query: SuppressionQuery): Promise<Suppression[]>
  /** One, in force or not any more. */
  find(id: string): Promise<Suppression | null>
  /** Adds it or takes its place. False: the tenant has as many as it may. */
  put(suppression: Suppression): Promise<boolean>
  remove(id: string): Promise<boolean>
  /** Notes what says that a recipient is to be left alone; answers whether that made it so. */
  note(news: SuppressionNews): Promise<boolean>
  /**
   * The same of what came back by mail after the message had been delivered: also a line of the ledger about
   * delivery `n`, once for each. No times: nothing but that line. Answers whether it was new.
   */
  noteReturn(news: SuppressionNews & { readonly n: number; readonly by: string }): Promise<boolean>
  /** How many are in force, by cause. */
  count(within: Reach | null, now: number): Promise<{ cause: SuppressionCause; addresses: number }[]>
}

/** Calls to its store, for changes that are noted with them. */
export const inSuppressions = callTo<SuppressionStore>('suppressions')
