import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, orNull, part, Scope } from './shared.ts'

export const HeldQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    sender: Type.Optional(Type.String({ minLength: 1, maxLength: 320, description: 'of the envelope' })),
    asked: Type.Optional(
      Type.Enum(['yes'], { description: 'only what its sender has asked managers to send' }),
    ),
    after: Type.Optional(Type.String({ maxLength: 40, pattern: '^\\d{1,15}\\.[0-9a-z]{16}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)
export type HeldQuery = Static<typeof HeldQuery>

/** A message of somebody of ours that is held before it leaves. */
export const HeldLine = Type.Object(
  {
    messageId: Type.String(),
    tenant: Type.String(),
    sender: Type.String({ description: 'envelope sender' }),
    headerFrom: Type.String(),
    subject: Type.String({ description: 'cut to 200 characters' }),
    recipients: Type.Array(Type.String(), { description: 'at most 20' }),
    deliveries: Type.Integer({ description: 'all of its recipients elsewhere' }),
    held: Type.Integer({ description: 'those for whom it is held' }),
    size: Type.Integer(),
    verdict: Type.String(),
    score: Type.Integer(),
    reason: Type.String(),
    reasonText: Type.String(),
    why: Type.String({ description: 'in plain words, as its sender reads it' }),
    heldAt: Moment,
    returnsAt: Type.String({ format: 'date-time', description: 'when it goes back to its sender' }),
    toldAt: orNull(Moment),
    warnedAt: orNull(Moment),
    askedAt: orNull(
      Type.String({ format: 'date-time', description: 'when its sender asked managers to send it' }),
    ),
    isJudged: Type.Boolean({ description: 'it is being judged anew, so nobody decides about it now' }),
  },
  { additionalProperties: false },
)
export type HeldLine = Static<typeof HeldLine>

export const HeldList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    lines: part(Type.Array(HeldLine, { description: 'oldest first' })),
    next: orNull(Type.String({ description: '`after` of the next page; null: this is the last' })),
  },
  { additionalProperties: false },
)
export type HeldList = Static<typeof HeldList>

export const HeldParams = Type.Object(
  { id: Type.String({ pattern: '^[0-9a-z]{16}$' }) },
  { additionalProperties: false },
)

export const HeldOrder = Type.Object(
  { note: Type.Optional(Type.String({ maxLength: 1000, description: 'for the audit log' })) },
  { additionalProperties: false },
)
export type HeldOrder = Static<typeof HeldOrder>

export const HeldDone = Type.Object(
  { messageId: Type.String(), done: Type.Integer({ description: 'recipients; 0: somebody was faster' }) },
  { additionalProperties: false },
)
export type HeldDone = Static<typeof HeldDone>
