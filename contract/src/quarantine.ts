import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, orNull, part, Scope } from './shared.ts'

const Cursor = Type.String({
  maxLength: 100,
  description: '`next` of the page before',
})
/** Lines of a page: 25 if nothing is said, 50 at most. */
const Limit = Type.Integer({ minimum: 1, maximum: 50, default: 25 })
const MessageId = Type.String({ pattern: '^[0-9a-z]{16}$' })

export const QuarantineQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    sender: Type.Optional(Type.String({ maxLength: 320 })),
    recipient: Type.Optional(Type.String({ maxLength: 320 })),
    tenant: Type.Optional(Type.String({ maxLength: 63 })),
    after: Type.Optional(Cursor),
    limit: Type.Optional(Limit),
  },
  { additionalProperties: false },
)
export type QuarantineQuery = Static<typeof QuarantineQuery>

export const QuarantineLine = Type.Object(
  {
    messageId: Type.String(),
    tenant: Type.String(),
    mailFrom: Type.String({ description: 'envelope sender' }),
    headerFrom: Type.String(),
    rcptTo: Type.String(),
    subject: Type.String({ description: 'cut to 200 characters' }),
    size: Type.Integer(),
    verdict: Type.String(),
    reason: Type.String(),
    reasonText: Type.String(),
    since: Moment,
  },
  { additionalProperties: false },
)
export type QuarantineLine = Static<typeof QuarantineLine>

export const QuarantineList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    lines: part(Type.Array(QuarantineLine, { description: 'one a recipient, newest first' })),
    next: orNull(Type.String({ description: '`after` of the next page; null: this is the last' })),
  },
  { additionalProperties: false },
)
export type QuarantineList = Static<typeof QuarantineList>

export const MessageParams = Type.Object({ id: MessageId }, { additionalProperties: false })

/** Which recipients of a message are meant. */
export const QuarantineOrder = Type.Object(
  {
    recipients: Type.Optional(
      Type.Array(Type.String({ maxLength: 320 }), {
        minItems: 1,
        maxItems: 1000,
        description: 'only these; without it all that you may see',
      }),
    ),
  },
  { additionalProperties: false },
)
export type QuarantineOrder = Static<typeof QuarantineOrder>

export const QuarantineDone = Type.Object(
  {
    messageId: Type.String(),
    done: Type.Integer({ description: 'recipients; 0: somebody was faster' }),
    rescan: Type.Boolean({ description: 'it is scanned once more before it leaves' }),
  },
  { additionalProperties: false },
)
export type QuarantineDone = Static<typeof QuarantineDone>
