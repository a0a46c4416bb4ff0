/** What can be told; the words of the contract. */
export const eventKinds = [
  'accepted',
  'deferred',
  'delivered',
  'returned',
  'quarantined',
  'held',
  'released',
  'discarded',
  'refused',
  'release.asked',
  'release.answered',
  'report.taken',
  'report.answered',
  'audited',
  'alarm.opened',
  'alarm.closed',
] as const
export type EventKind = (typeof eventKinds)[number]

/** How a receiver wants to read it. */
export const webhookForms = ['mailkeep', 'slack', 'pagerduty'] as const
export type WebhookForm = (typeof webhookForms)[number]

/** Something that happened, as programs of others read it. */
export interface FeedEvent {
  /** The same for the same event, however often it is told. */
  readonly id: string
  readonly kind: EventKind
  readonly at: number
  /** Null: of the whole site. */
  readonly tenant: string | null
  readonly messageId: string | null
  readonly direction: string | null
  readonly sender: string | null
  readonly recipient: string | null
  readonly subject: string | null
  readonly reason: string | null
  /** Of an alarm: name, subject and text; of a refusal: code and text; of what people ask: its id, who, and what came of it; of a line of the audit log: what, who, ip and its detail. */
  readonly detail: Readonly<Record<string, unknown>> | null
}

/** Whose events are wanted, and which. */
export interface FeedQuery {
  /** Null: all, and those of the site itself. */
  readonly tenants: readonly string[] | null
  /** Domains of ours at either end; null: all of these tenants. */
  readonly domains: readonly string[] | null
  readonly kinds: readonly EventKind[]
  readonly limit: number
  /** Refusals and events after this moment are left for the next time: others may still be written before them. */
  readonly until: number
}

export interface FeedPage {
  readonly events: readonly FeedEvent[]
  /** Where the next page begins. */
  readonly cursor: string
  /** Whether there was nothing behind it. */
  readonly isEnd: boolean
}

export interface Webhook {
  readonly id: string
  readonly tenant: string
  /** Only what concerns this domain; null: the tenant and everything below it. */
  readonly domain: string | null
  readonly name: string
  readonly url: string
  readonly form: WebhookForm
  /** Signs what is sent; shown once. Of the form pagerduty: the integration key, which goes with each event. */
  readonly secret: string
  readonly kinds: readonly EventKind[]
  readonly createdAt: number
  readonly createdBy: string
  readonly cursor: string
  /** Tries of the batch that is due. */
  readonly tries: number
  readonly failingSince: number | null
  readonly dueAt: number
  /** Null: it is sent to. */
  readonly pausedAt: number | null
  readonly pausedWhy: string | null
}

/** One try to tell something. */
export interface WebhookPost {
  readonly id: string
  readonly webhook: string
  readonly at: number
  readonly events: number
  readonly attempt: number
  /** Null: no answer. */
  readonly status: number | null
  readonly error: string
  readonly tookMs: number
}

/** What people may change of one. */
export type WebhookWish = Pick<Webhook, 'name' | 'url' | 'kinds' | 'dueAt'>

/** Programs of others that are told what happens. Fed from the ledger, so mail never waits for it. */
export interface WebhookStore {
  webhooks(): Promise<Webhook[]>
  webhook(id: string): Promise<Webhook | null>
  putWebhook(webhook: Webhook): Promise<void>
  /** Puts what people may change in place of what still stands as it was seen; how it does is not touched. False: it was changed. */
  changeWebhook(seen: Webhook, next: WebhookWish): Promise<boolean>
  /** Nothing else of it is touched, whatever was changed meanwhile. False: it is gone. */
  pauseWebhook(id: string, at: number, why: string): Promise<boolean>
  /** It is due at that moment, as if nothing had failed; nothing else of it is touched. False: it is gone. */
  resumeWebhook(id: string, at: number): Promise<boolean>
  removeWebhook(id: string): Promise<boolean>
  /** Those that are due, taken for a while: no other process has them meanwhile. */
  claimWebhooks(now: number, leaseMs: number, limit: number): Promise<Webhook[]>
  /** What has come of a claim; its lease ends. */
  settleWebhook(
    id: string,
    state: Pick<Webhook, 'cursor' | 'tries' | 'failingSince' | 'dueAt' | 'pausedAt' | 'pausedWhy'>,
  ): Promise<void>
  notePost(post: WebhookPost): Promise<void>
  posts(webhook: string, before: string | null, limit: number): Promise<WebhookPost[]>
  /** Adds what is in no other book: alarms of this process. */
  noteHappening(happening: {
    at: number
    tenant: string | null
    kind: EventKind
    detail: object
  }): Promise<void>
  /** Where everything that is to come begins. */
  newestCursor(): Promise<string>
  /** The next events in order; each call looks at a bounded part of the books. */
  feed(cursor: string, query: FeedQuery): Promise<FeedPage>
  /** Deletes tries and happenings from before a moment. */
  sweepWebhooks(before: number): Promise<void>
}
