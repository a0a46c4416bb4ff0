import { listParameters } from './directory.ts'
import { type Static, Type } from './schema.ts'
import { CompleteUpTo, MailState, Moment, orNull, part } from './shared.ts'

const closed = { additionalProperties: false }

export const ReviewPeopleQuery = Type.Object(
  {
    ...listParameters,
    domain: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
    group: Type.Optional(Type.String({ maxLength: 400, description: 'id of a group' })),
    waits: Type.Optional(
      Type.Enum(['something', 'nothing'], { description: 'whether anything of theirs is in quarantine' }),
    ),
  },
  closed,
)

export type ReviewPeopleQuery = Static<typeof ReviewPeopleQuery>

/** Why no review mail comes to somebody by itself. */
export const Silence = Type.Enum([
  'no-page',
  'not-listed',
  'review-off',
  'sign-in-off',
  'mail-off',
  'no-hours',
  'nothing-shown',
  'hidden',
  'told',
  'nothing-waits',
])
export type Silence = Static<typeof Silence>

/** What the last review mail to somebody has come to. */
export const ReviewMailFate = Type.Object(
  {
    messageId: Type.String(),
    state: MailState,
    reason: Type.String(),
    reasonText: Type.String(),
  },
  closed,
)

/** How somebody of the list stands. */
export const ReviewPeopleLine = Type.Object(
  {
    address: Type.String(),
    displayName: Type.String(),
    tenant: Type.String(),
    isListed: Type.Boolean({ description: 'false: the directory does not name this address' }),
    waiting: Type.Integer({ description: 'messages in quarantine that he may see, counted up to 200' }),
    fresh: Type.Integer({ description: 'those since his last review' }),
    hidden: Type.Integer({ description: 'messages in quarantine that score above what he may see' }),
    mailedAt: orNull(Moment),
    mail: orNull(ReviewMailFate),
    reviewedAt: orNull(Moment),
    nextMailAt: orNull(
      Type.String({ format: 'date-time', description: 'when the next mail goes out if nothing changes' }),
    ),
    silence: orNull(Silence),
    silenceText: Type.String({ description: 'why none goes out; empty where one does' }),
    isAsked: Type.Boolean({ description: 'a mail was asked for, and has not gone out yet' }),
    maySend: Type.Boolean({ description: 'whether a mail that is asked for now would go' }),
  },
  closed,
)
export type ReviewPeopleLine = Static<typeof ReviewPeopleLine>

export const ReviewPeopleList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    lines: part(Type.Array(ReviewPeopleLine)),
    next: orNull(Type.String({ description: '`after` of the next page; null: this is the last' })),
  },
  closed,
)
export type ReviewPeopleList = Static<typeof ReviewPeopleList>
