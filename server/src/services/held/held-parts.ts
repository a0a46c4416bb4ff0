import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { HeldLine, HeldStore } from './held-store.ts'

/** What the verbs of held mail work with. */
export interface HeldParts {
  readonly held: HeldStore
  /** The same for what only reads: it holds up nothing that writes. */
  readonly readHeld: HeldStore
  /** Where the audit rows of senders are written. */
  readonly directory: Pick<DirectoryStore, 'recordedChange'>
  /** Settings in force for an address of a tenant, from the last good snapshot; empty: it is another one's. @throws Error while there is none */
  readonly settingsOf: (address: string, tenant: string) => Readonly<Record<string, string>>
  /** The same with longer times that mail keeps for a while since the directory changed. */
  readonly keptSettingsOf: (address: string, tenant: string) => Readonly<Record<string, string>>
  /** When the last of these times of a domain is over; null: none runs. */
  readonly longerUntil: (domain: string) => number | null
  /** All that levels say about `held.days`. */
  readonly daysOfLevels: () => Promise<readonly string[]>
  /** Sends a mail of our own, and notes in the same transaction what it settles. */
  readonly send: (mail: HeldMail) => Promise<void>
  readonly times: () => HeldTimes
  readonly now: () => number
}

/** How long held mail waits, in milliseconds. */
export interface HeldTimes {
  readonly keepMs: number
  /** When its sender is warned. */
  readonly warnMs: number
  /** Life that released mail gets anew. */
  readonly lifeMs: number
}

/** A message in a notice, with the secret of its link; null: it has none. */
export interface NoticedMessage {
  readonly line: HeldLine
  readonly secret: string | null
}

/** A mail of ours to somebody whose mail is held. */
export type HeldMail =
  | {
      readonly kind: 'told' | 'warned'
      readonly to: string
      readonly tenant: string
      readonly messages: readonly NoticedMessage[]
      /** When the first of them goes back to him. */
      readonly returnsAt: number
      /** Whether anything can be done by its links. */
      readonly mayDecide: boolean
    }
  | {
      readonly kind: 'corrected'
      readonly to: string
      readonly tenant: string
      readonly messages: readonly NoticedMessage[]
    }
  | { readonly kind: 'code'; readonly line: HeldLine; readonly code: string; readonly codeHash: string }
