import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { AccessStore } from '#services/access/access-store.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { StatusState } from '#services/status/status-state.ts'
import type { StatusStore } from '#services/status/status-store.ts'
import type { SubscriberStore } from './subscriber-store.ts'

/** A mail to a subscriber, or to somebody who may become one. */
export interface SubscriberMail {
  /** Of the message. */
  readonly id: string
  readonly to: string
  /** Printable, on one line. */
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** Where its one button leads. */
  readonly button: { readonly label: string; readonly url: string }
  /** Where one click ends it (RFC 8058); null: there is nothing to end yet. */
  readonly leaveUrl: string | null
  /** Whether its bounces count: those of a notice do. */
  readonly isNotice: boolean
}

/** What telling subscribers works with. */
export interface SubscriberParts {
  readonly subscribers: SubscriberStore
  readonly status: StatusStore
  /** The same beside what is written. */
  readonly readStatus: StatusStore
  readonly directory: Pick<DirectoryStore, 'recordChange'>
  /** Counts wishes, so that nobody has strangers written to. */
  readonly access: Pick<AccessStore, 'noteFailure'>
  readonly page: StatusState['page']
  /** Address of our own pages, without a slash at its end; empty: nobody can subscribe. */
  readonly pageUrl: () => string
  readonly send: (mail: SubscriberMail) => Promise<void>
  /** Whether a message of this id was accepted before. */
  readonly wasSent: (id: string) => Promise<boolean>
  readonly fetch: GuardedFetch
  /** Told of each subscriber that was taken out because he cannot be reached. */
  readonly onUnreachable: () => void
  readonly now: () => number
}
