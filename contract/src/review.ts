import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, orNull, part, Scope } from './shared.ts'

export const RequestState = Type.Enum(['open', 'approved', 'denied', 'gone'], {
  description: 'gone: the message had left quarantine before anybody decided',
})

export const RequestsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    state: Type.Optional(RequestState),
    after: Type.Optional(
      Type.String({ pattern: '^[0-9a-z]{16}$', description: '`next` of the page before' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)
export type RequestsQuery = Static<typeof RequestsQuery>

/** Somebody asks that a message be released to him. */
export const RequestLine = Type.Object(
  {
    id: Type.String(),
    messageId: Type.String(),
    tenant: Type.String(),
    person: Type.String({ description: 'who asks' }),
    rcptTo: Type.String({ description: 'the address of his that it was for' }),
    askedAt: Moment,
    state: RequestState,
    decidedAt: orNull(Moment),
    decidedBy: Type.String(),
    note: Type.String({ description: 'what the asker read' }),
    subject: Type.String({ description: 'cut to 200 characters' }),
    mailFrom: Type.String(),
    headerFrom: Type.String(),
    verdict: Type.String(),
    reason: Type.String(),
    reasonText: Type.String(),
    mailState: Type.String({ description: 'what the delivery has come to; forgotten: it is kept no more' }),
  },
  { additionalProperties: false },
)
export type RequestLine = Static<typeof RequestLine>

export const RequestList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    lines: part(Type.Array(RequestLine, { description: 'newest first' })),
    next: orNull(Type.String({ description: '`after` of the next page; null: this is the last' })),
  },
  { additionalProperties: false },
)
export type RequestList = Static<typeof RequestList>

export const RequestParams = Type.Object(
  { id: Type.String({ pattern: '^[0-9a-z]{16}$' }) },
  { additionalProperties: false },
)

export const RequestDecision = Type.Object(
  { note: Type.Optional(Type.String({ maxLength: 1000, description: 'a sentence that the asker reads' })) },
  { additionalProperties: false },
)
export type RequestDecision = Static<typeof RequestDecision>

export const RequestDone = Type.Object(
  { id: Type.String(), state: RequestState, rescan: Type.Boolean() },
  { additionalProperties: false },
)
export type RequestDone = Static<typeof RequestDone>

const Address = Type.String({ minLength: 3, maxLength: 320 })

export const ReviewMailOrder = Type.Object({ address: Address }, { additionalProperties: false })
export type ReviewMailOrder = Static<typeof ReviewMailOrder>

export const ReviewMailAsked = Type.Object(
  { address: Type.String({ description: 'where it goes; of an alias that of its owner' }) },
  { additionalProperties: false },
)
export type ReviewMailAsked = Static<typeof ReviewMailAsked>

export const ReviewPersonParams = Type.Object({ address: Address }, { additionalProperties: false })

/** How somebody stands who looks after his own mail. */
export const ReviewPerson = Type.Object(
  {
    address: Type.String(),
    waiting: Type.Integer({ description: 'messages in quarantine that he may see' }),
    fresh: Type.Integer({ description: 'those since his last review' }),
    mailedAt: orNull(Moment),
    reviewedAt: orNull(Moment),
    nextLookAt: orNull(
      Type.String({ description: 'when it is looked whether a mail is due; null: nothing new waits' }),
    ),
    mayRelease: Type.Boolean(),
    mayList: Type.Boolean(),
    maySignIn: Type.Boolean(),
    sendsMail: Type.Boolean({ description: 'whether he gets review mails at all' }),
  },
  { additionalProperties: false },
)
export type ReviewPerson = Static<typeof ReviewPerson>
