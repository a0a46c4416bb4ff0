import { callTo } from '#services/directory/recorded-change.ts'
/** Somebody who is told what is new on the status page. */
export interface Subscriber {
  readonly id: string
  readonly kind: 'mail' | 'webhook'
  /** A mail address, or the address of a program. */
  readonly address: string
  /** Components that he wants to hear of; none: all. */
  readonly components: readonly string[]
  readonly askedAt: number
  /** Null: he has not confirmed it yet, and hears nothing. */
  readonly confirmedAt: number | null
  /** Lets whoever knows it end the subscription, and nothing else. */
  readonly leaveSecret: string
}

/** An update that is to be told to one subscriber. */
export interface Notice {
  readonly update: string
  readonly incident: string
  readonly subscriber: Subscriber
  /** Tries so far. */
  readonly tries: number
  /** Of the mail; the same at each try. */
  readonly messageId: string
}

/** Who is told of the status page, and what he still has to be told. */
export interface SubscriberStore {
  /** Takes a wish down; one of the same address that is not confirmed is replaced, one that is confirmed waits for the word. */
  ask(subscriber: Subscriber, confirmHash: string, until: number): Promise<void>
  /** Whom a link would confirm; null: it is over, or there is none. */
  ofConfirm(confirmHash: string, now: number): Promise<Subscriber | null>
  /** Confirms a wish: it takes the place of what the address had before. Null: the link is over. */
  confirm(confirmHash: string, now: number): Promise<Subscriber | null>
  ofLeave(leaveSecret: string): Promise<Subscriber | null>
  subscriber(id: string): Promise<Subscriber | null>
  remove(id: string): Promise<boolean>
  /** Confirmed ones by address. */
  subscribers(after: string | null, limit: number): Promise<Subscriber[]>
  countSubscribers(): Promise<{ readonly confirmed: number; readonly asked: number }>
  /** Forgets wishes whose link is over, and notices that were settled before a moment. */
  forget(now: number, settledBefore: number): Promise<void>
  /**
   * Notes an update for all who were subscribed when it came, of these components (none: all of them).
   * @returns how many; null: it was noted before
   */
  announce(
    update: { readonly id: string; readonly incident: string; readonly at: number },
    components: readonly string[],
  ): Promise<number | null>
  /** Notices that are due, taken for a while: no other process has them meanwhile. */
  claimNotices(now: number, leaseMs: number, limit: number): Promise<Notice[]>
  /** It was told; or it is tried again; or (`dueAt` null) nobody tries any more. */
  settleNotice(
    notice: Pick<Notice, 'update' | 'subscriber'>,
    outcome: { readonly toldAt: number } | { readonly dueAt: number | null; readonly tries: number },
  ): Promise<void>
  /**
   * Notes that nobody is behind the address of the notice that this message was, once for each notice.
   * @returns false: it is no notice, or was known to have failed
   */
  noteFailed(messageId: string, at: number): Promise<boolean>
  /** Whom three notices in a row within 14 days could not reach: what comes next does not either. */
  unreachable(limit: number): Promise<Subscriber[]>
}

/** Calls to its store, for changes that are noted with them. */
export const inSubscribers = callTo<SubscriberStore>('subscribers')
