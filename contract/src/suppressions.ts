import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { Moment, Scope } from './shared.ts'

const closed = { additionalProperties: false }

export const SuppressionCause = Type.Enum(['bounce', 'complaint', 'hand'], {
  description:
    'bounce: its server has said that it does not exist; complaint: the recipient has complained; hand: a person wants it so',
})
export type SuppressionCause = Static<typeof SuppressionCause>

export const SuppressionParams = Type.Object(
  { suppression: Type.String({ pattern: '^[0-9a-f]{24}$' }) },
  closed,
)
export const SuppressionsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    text: Type.Optional(Type.String({ maxLength: 320, description: 'part of the address' })),
    cause: Type.Optional(SuppressionCause),
    after: Type.Optional(After),
    limit: Type.Optional(Limit),
  },
  closed,
)

export const SuppressionView = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    address: Type.String(),
    cause: SuppressionCause,
    class: Type.String({
      description: 'what the bounce means, as in docs/reference/bounces.md; empty: no bounce',
    }),
    words: Type.String({ description: 'what the receiver said' }),
    messageId: Type.String({ description: 'the message that bounced or was complained of; empty: none' }),
    times: Type.Integer({ description: 'bounces so far' }),
    addedAt: Moment,
    until: Moment,
    addedBy: Type.String({ description: 'empty: it came by itself' }),
    note: Type.String(),
  },
  closed,
)
export type SuppressionView = Static<typeof SuppressionView>
export const SuppressionList = Type.Object({ lines: Type.Array(SuppressionView), next: Next }, closed)

export const NewSuppression = Type.Object(
  {
    tenant: Type.String({ maxLength: 100 }),
    address: Type.String({ minLength: 3, maxLength: 320 }),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650, default: 365 })),
    note: Type.Optional(Type.String({ maxLength: 200 })),
  },
  closed,
)
