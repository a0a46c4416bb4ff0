import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Direction, MailState, Moment, orNull, part, Scope } from './shared.ts'

export const MessagesQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    q: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'an id, an address, a Message-ID in angle brackets, or words of the subject',
      }),
    ),
    state: Type.Optional(MailState),
    since: Type.Optional(Type.String({ format: 'date-time', description: 'nothing older than this' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  { additionalProperties: false },
)
export type MessagesQuery = Static<typeof MessagesQuery>

/** A message, or what was refused in the dialogue, as a line of a list. */
export const MessageLine = Type.Object(
  {
    kind: Type.Enum(['message', 'refusal']),
    id: Type.String(),
    at: Moment,
    direction: Direction,
    mailFrom: Type.String({ description: 'envelope sender; empty for notices' }),
    rcptTo: Type.Array(Type.String(), { description: 'the first recipients' }),
    recipients: Type.Integer({ description: 'how many there are in all' }),
    subject: Type.String({ description: 'cut to 200 characters' }),
    size: Type.Integer(),
    states: Type.Array(MailState, { description: 'states of its recipients, each once' }),
    reason: Type.String(),
    reasonText: Type.String(),
    tenant: Type.Optional(Type.String()),
    verdict: Type.Optional(Type.String({ description: 'empty: it was not judged' })),
    score: Type.Optional(orNull(Type.Number())),
  },
  { additionalProperties: false },
)
export type MessageLine = Static<typeof MessageLine>

export const MessageList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    messages: part(Type.Array(MessageLine)),
    searchedBackTo: Type.Union([Moment, Type.Null()], {
      description: 'how far back the search came in its time; null: to the beginning',
    }),
  },
  { additionalProperties: false },
)
export type MessageList = Static<typeof MessageList>
