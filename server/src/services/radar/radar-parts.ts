import type { Alarms } from '#ground/platform/alarms.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { LookParts } from './look-parts.ts'
import type { RadarStore } from './radar-store.ts'

/** What has become of a test mail so far. */
export type MailState =
  | { readonly kind: 'waiting'; readonly attempts: number; readonly says: string }
  | { readonly kind: 'delivered'; readonly at: number }
  /** Refused for good by the other side. */
  | { readonly kind: 'refused'; readonly says: string }
  /** Gone through no doing of the other side. */
  | { readonly kind: 'lost'; readonly says: string }

export interface RadarTimes {
  /** By when our part of a test or a trip has ended. */
  readonly oursMs: number
  /** How long a reply is waited for. */
  readonly replyMs: number
  /** Time that each check has. */
  readonly lookMs: number
  /** After how long a test that we could not finish runs again. */
  readonly againMs: number
  readonly perAddress: number
  readonly perClient: number
  /** How long a link to share holds. */
  readonly linkMs: number
  /** A trip that takes longer is an alarm. */
  readonly slowMs: number
}

/** What the orders of people need. */
export interface RadarOrders {
  readonly radar: RadarStore
  readonly readRadar: RadarStore
  readonly directory: Pick<DirectoryStore, 'recordedChange' | 'domains' | 'tenants'>
  readonly times: () => RadarTimes
  readonly newId: () => string
  readonly now: () => number
}

/** What doing the work needs as well. */
export interface RadarParts extends RadarOrders {
  readonly look: LookParts
  /** Hands a test mail over for delivery; answers its id. Throws where it cannot be taken. */
  readonly send: (mail: RadarMail) => Promise<string>
  /** Brings a mail to our own door as a stranger would. Throws where that fails. */
  readonly sendToSelf: (token: string) => Promise<void>
  readonly mailState: (messageId: string) => Promise<MailState>
  /** When the probe mailbox of an address was read last; null: not yet; undefined: it has none. */
  readonly mailboxReadAt: (address: string) => number | null | undefined
  /** Looks into probe mailboxes that test mails are on their way to. */
  readonly lookIntoMailboxes: () => Promise<void>
  readonly alarms: Alarms
  readonly node: string
}

export interface RadarMail {
  readonly to: string
  readonly tenant: string
  readonly token: string
  readonly kind: 'test' | 'trip'
  /** Servers on the internet only. */
  readonly isOutside: boolean
}
