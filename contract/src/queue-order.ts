import { queueActionFrom } from './queue-action-states.ts'
import { type Static, Type } from './schema.ts'

const Text = Type.Optional(Type.String({ minLength: 1, maxLength: 320 }))

/** Which deliveries are meant; all conditions hold together, and at least one is named. */
export const QueueSelection = Type.Object(
  {
    messageIds: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9a-z]{16}$' }), { minItems: 1, maxItems: 10_000 }),
    ),
    hop: Type.Optional(
      Type.String({
        maxLength: 1000,
        description: 'next hop, as the queue names it; empty: where it is unknown',
      }),
    ),
    tenant: Text,
    domain: Type.Optional(Type.String({ minLength: 1, maxLength: 253, description: 'of the recipient' })),
    sender: Text,
    recipient: Text,
    reason: Type.Optional(Type.String({ maxLength: 60, description: 'see [reasons](reasons.md)' })),
    before: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        description: 'received before: a moment, or `2h` or `7d` for so long ago',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type QueueSelection = Static<typeof QueueSelection>

export const QueueActionName = Type.Enum(Object.keys(queueActionFrom) as (keyof typeof queueActionFrom)[], {
  description:
    'retry: due at once; hold, release; reroute: over another next hop (for operators); return: to the sender; resend: returned mail once more',
})

export const QueueOrder = Type.Object(
  {
    action: QueueActionName,
    selection: QueueSelection,
    nextHop: Type.Optional(Type.String({ maxLength: 1000, description: 'for reroute' })),
    expect: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'how many you were shown; 409 where it would be more than a tenth more',
      }),
    ),
  },
  { additionalProperties: false },
)
export type QueueOrder = Static<typeof QueueOrder>

export const QueuePreview = Type.Object(
  { deliveries: Type.Integer({ description: 'how many the order would touch' }) },
  { additionalProperties: false },
)
export type QueuePreview = Static<typeof QueuePreview>
