import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, orNull, part, Scope } from './shared.ts'

export const SuspendedQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    after: Type.Optional(Type.String({ maxLength: 320, description: '`next` of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)
export type SuspendedQuery = Static<typeof SuspendedQuery>

/** A mailbox that may not send until a manager has looked. */
export const SuspendedLine = Type.Object(
  {
    address: Type.String(),
    tenant: Type.String(),
    since: Moment,
    why: Type.Array(Type.String(), { description: 'signs of a stolen mailbox, each with figures' }),
    held: Type.Integer({ description: 'deliveries that wait for a decision' }),
  },
  { additionalProperties: false },
)
export type SuspendedLine = Static<typeof SuspendedLine>

export const SuspendedList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    lines: part(Type.Array(SuspendedLine, { description: 'by address' })),
    next: orNull(Type.String({ description: '`after` of the next page; null: this is the last' })),
  },
  { additionalProperties: false },
)
export type SuspendedList = Static<typeof SuspendedList>

export const SuspendedParams = Type.Object(
  { address: Type.String({ minLength: 3, maxLength: 320 }) },
  { additionalProperties: false },
)

export const NewSuspension = Type.Object(
  {
    address: Type.String({ minLength: 3, maxLength: 320 }),
    why: Type.String({ minLength: 1, maxLength: 500, description: 'for its owner and for managers' }),
  },
  { additionalProperties: false },
)

export const SenderSuspended = Type.Object(
  { address: Type.String({ description: 'of an alias: its owner' }) },
  { additionalProperties: false },
)

export const SenderFreed = Type.Object(
  { address: Type.String(), deliveries: Type.Integer({ description: 'that leave now' }) },
  { additionalProperties: false },
)
export type SenderFreed = Static<typeof SenderFreed>

export const SenderReset = Type.Object(
  {
    address: Type.String(),
    passwords: Type.Integer({ description: 'that open nothing any more' }),
    deliveries: Type.Integer({ description: 'that lie in quarantine now' }),
  },
  { additionalProperties: false },
)
export type SenderReset = Static<typeof SenderReset>
