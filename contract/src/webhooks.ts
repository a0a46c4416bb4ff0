import { type Static, Type } from './schema.ts'
import { CompleteUpTo, givenName, Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }

export const EventKind = Type.Enum([
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
])
const kinds = Type.Array(EventKind, { minItems: 1, maxItems: 16 })
const url = Type.String({
  maxLength: 1000,
  description: 'https; an address within only where web.allowNetworks has it',
})
const name = givenName(60)
const form = Type.Enum(['mailkeep', 'slack', 'pagerduty'], {
  description:
    'what is posted: events as they are; a line of chat for each; or PagerDuty Events API v2, for alarms alone',
})

export const WebhookParams = Type.Object({ webhook: Type.String({ pattern: '^[a-z0-9]{1,40}$' }) }, closed)
export const WebhookView = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    domain: orNull(Type.String()),
    name: Type.String(),
    url,
    form,
    kinds,
    createdAt: Moment,
    createdBy: Type.String(),
    failingSince: orNull(Moment),
    nextTryAt: orNull(Moment),
    pausedAt: orNull(Moment),
    pausedWhy: orNull(Type.String()),
    etag: Type.String({ description: 'of name, address and kinds: for If-Match' }),
  },
  closed,
)
export type WebhookView = Static<typeof WebhookView>
export const WebhooksQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    after: Type.Optional(Type.String({ maxLength: 40 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  closed,
)
export const WebhookList = Type.Object(
  { lines: Type.Array(WebhookView), next: orNull(Type.String()) },
  closed,
)
export const NewWebhook = Type.Object(
  {
    tenant: Type.String({ maxLength: 100 }),
    domain: Type.Optional(Type.String({ maxLength: 253 })),
    name,
    url,
    form: Type.Optional(form),
    key: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{16,128}$',
        description: 'integration key, where the form is pagerduty',
      }),
    ),
    kinds,
  },
  closed,
)
export const WebhookMade = Type.Object(
  {
    webhook: WebhookView,
    secret: orNull(
      Type.String({ description: 'signs what is sent; shown this once; null: this form is not signed' }),
    ),
  },
  closed,
)
export const WebhookChange = Type.Object(
  { name: Type.Optional(name), url: Type.Optional(url), kinds: Type.Optional(kinds) },
  closed,
)
export const WebhookTried = Type.Object(
  { taken: Type.Boolean(), status: orNull(Type.Integer()), why: Type.String() },
  closed,
)
export const WebhookPosts = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          at: Moment,
          events: Type.Integer(),
          attempt: Type.Integer(),
          status: orNull(Type.Integer()),
          error: Type.String(),
          tookMs: Type.Integer(),
        },
        closed,
      ),
    ),
    next: orNull(Type.String()),
  },
  closed,
)
export const WebhookPostsQuery = Type.Object(
  {
    after: Type.Optional(Type.String({ maxLength: 40 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  closed,
)
export const EventsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    after: Type.Optional(
      Type.String({
        pattern: '^\\d{1,15}\\.[a-z0-9]{0,40}\\.\\d{1,15}(\\.\\d{1,15})?$',
        description: '`next` of the page before; without it: from now on',
      }),
    ),
    kinds: Type.Optional(
      Type.String({ maxLength: 300, description: 'with commas between; without it: all' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  },
  closed,
)
export const EventList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    lines: Type.Array(
      Type.Object(
        {
          id: Type.String({ description: 'the same for the same event' }),
          kind: EventKind,
          at: Moment,
          tenant: orNull(Type.String()),
          messageId: orNull(Type.String()),
          direction: orNull(Type.String()),
          sender: orNull(Type.String()),
          recipient: orNull(Type.String()),
          subject: orNull(Type.String()),
          reason: orNull(Type.String()),
          detail: orNull(Type.Object({}, { additionalProperties: true })),
        },
        closed,
      ),
    ),
    next: Type.String({ description: 'where to go on, also when nothing has come yet' }),
    isEnd: Type.Boolean({ description: 'nothing more at the moment; ask again in a while' }),
  },
  closed,
)
