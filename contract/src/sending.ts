import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })

export const SendingPool = Type.Enum(['inbound', 'outbound'], {
  description: 'inbound: filtered mail to our own servers; outbound: mail of our people, and our notices',
})
const Ip = Type.String({ minLength: 2, maxLength: 45 })

/** Tries by what became of them. */
export const SendingCounts = Type.Object(
  { taken: count, deferred: count, slow: count, listed: count, judged: count },
  {
    ...closed,
    description:
      'deferred: put off; slow: we came too fast; listed: refused because of our address; judged: refused for the mail itself',
  },
)

const plan = {
  start: Type.Integer({ minimum: 1, description: 'messages that each receiver gets on the first day' }),
  growth: Type.Number({ minimum: 0.05, maximum: 1, description: 'share that a good day adds' }),
  full: Type.Integer({
    minimum: 2,
    description: 'from this volume a day on the address is warm at a receiver',
  }),
}
export const WarmUp = Type.Object({ since: Moment, ...plan }, closed)
export const NewWarmUp = Type.Object(
  {
    start: Type.Optional(plan.start),
    growth: Type.Optional(plan.growth),
    full: Type.Optional(plan.full),
  },
  closed,
)

export const SendingAddressView = Type.Object(
  {
    ip: Type.String(),
    pool: SendingPool,
    helo: Type.String(),
    state: Type.Enum(['active', 'resting']),
    warmUp: orNull(WarmUp),
    from: Type.Enum(['store', 'settings'], {
      description: 'settings: there is none of this pool here, so those of the settings count',
    }),
    addedAt: orNull(Moment),
    addedBy: Type.String(),
    counts: SendingCounts,
    listings: Type.Array(
      Type.Object(
        {
          zone: Type.String(),
          state: Type.Enum(['listed', 'clear', 'unknown']),
          text: Type.String(),
          since: Moment,
          checkedAt: Moment,
        },
        closed,
      ),
    ),
  },
  closed,
)
export type SendingAddressView = Static<typeof SendingAddressView>
export const SendingAddressList = Type.Object({ lines: Type.Array(SendingAddressView) }, closed)
export const NewSendingAddress = Type.Object(
  {
    ip: Ip,
    pool: SendingPool,
    helo: Type.Optional(Type.String({ maxLength: 253 })),
    warmUp: Type.Optional(orNull(NewWarmUp)),
  },
  closed,
)
export const SendingAddressParams = Type.Object({ ip: Ip }, closed)
export const SendingAddressChange = Type.Object(
  {
    state: Type.Optional(Type.Enum(['active', 'resting'])),
    helo: Type.Optional(Type.String({ maxLength: 253 })),
    warmUp: Type.Optional(orNull(NewWarmUp)),
  },
  { ...closed, minProperties: 1 },
)
export const SendingAddressDone = Type.Object(
  {
    ip: Type.String(),
    state: Type.Enum(['active', 'resting']),
    helo: Type.String(),
    warmUp: orNull(WarmUp),
    warnings: Type.Array(Type.String(), {
      description: 'what receivers may dislike: reverse DNS, HELO name',
    }),
  },
  closed,
)

const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'a day, UTC' })
export const SendingAddressStory = Type.Object(
  {
    ...SendingAddressView.properties,
    days: Type.Array(Type.Object({ day, receivers: count, counts: SendingCounts }, closed), {
      description: 'the last thirty days on which it carried something, oldest first',
    }),
    growth: Type.Array(
      Type.Object(
        {
          receiver: Type.String(),
          allowed: orNull(
            Type.Integer({ minimum: 0, description: 'by its plan today; null: it is warm here' }),
          ),
          today: count,
        },
        closed,
      ),
      { description: 'while it warms up: the 50 receivers that it carries most to' },
    ),
  },
  closed,
)
export type SendingAddressStory = Static<typeof SendingAddressStory>

export const SendingReceiversQuery = Type.Object(
  {
    ip: Type.Optional(Ip),
    receiver: Type.Optional(Type.String({ maxLength: 253, description: 'part of its name' })),
    after: Type.Optional(After),
    limit: Type.Optional(Limit),
  },
  closed,
)
export const SendingReceiverView = Type.Object(
  {
    ip: Type.String({ description: 'empty: the address that the system chooses' }),
    receiver: Type.String({ description: 'who runs the servers; `*`: all that are too many to count apart' }),
    state: Type.Enum(['good', 'paced', 'poor', 'out']),
    perMinute: orNull(Type.Number({ description: 'pace that was learnt; null: no limit is known' })),
    quietUntil: orNull(Moment),
    outUntil: orNull(Moment),
    words: Type.String({ description: 'what the receiver said last against it' }),
    counts: SendingCounts,
  },
  closed,
)
export type SendingReceiverView = Static<typeof SendingReceiverView>
export const SendingReceiverList = Type.Object({ lines: Type.Array(SendingReceiverView), next: Next }, closed)
