import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

/** A domain whose own servers send past us. */
export const BypassView = Type.Object(
  { domain: Type.String(), since: Moment, until: Moment, why: Type.String(), who: Type.String() },
  closed,
)
export type BypassView = Static<typeof BypassView>

const steps = (description: string) => Type.Array(Type.String(), { description })
export const BypassState = Type.Object(
  {
    bypass: orNull(BypassView),
    away: steps('what to do to send past us'),
    back: steps('what to do to come back'),
  },
  closed,
)
export type BypassState = Static<typeof BypassState>

export const NewBypass = Type.Object(
  {
    why: Type.String({ minLength: 1, maxLength: 500 }),
    hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24, default: 24 })),
  },
  closed,
)
