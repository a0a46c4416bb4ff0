import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, numbers, orNull, part, Scope } from './shared.ts'

const Cursor = Type.String({
  maxLength: 100,
  description: '`next` of the page before',
})
/** Lines of a page: 25 if nothing is said, 50 at most. */
const Limit = Type.Integer({ minimum: 1, maximum: 50, default: 25 })
const MessageId = Type.String({ pattern: '^[0-9a-z]{16}$' })

/** Conditions that a list and an order for many share; all that is given holds together. */
const conditions = {
  sender: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 320,
      description: 'an address, or a domain with all below it; of the envelope, or of the author',
    }),
  ),
  recipient: Type.Optional(
    Type.String({ minLength: 1, maxLength: 320, description: 'an address, or a domain with all below it' }),
  ),
  tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })),
  domain: Type.Optional(Type.String({ minLength: 1, maxLength: 253, description: 'of the recipient' })),
  reason: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 320,
      description: 'one, or several with commas between; see [reasons](reasons.md)',
    }),
  ),
  verdict: Type.Optional(
    Type.String({ minLength: 1, maxLength: 320, description: 'one, or several with commas between' }),
  ),
  score: numbers('score of the verdict'),
  size: numbers('bytes'),
  subject: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'a part of it, any case' }),
  ),
  since: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 40,
      description:
        'set aside at this moment or after it: a moment with its zone, a day (UTC), or `2h` or `7d` for so long ago',
    }),
  ),
  until: Type.Optional(
    Type.String({ minLength: 1, maxLength: 40, description: 'set aside before it, or at it; likewise' }),
  ),
}

export const QuarantineQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    ...conditions,
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
    score: Type.Integer({ description: 'what its findings weigh together' }),
    reason: Type.String(),
    reasonText: Type.String(),
    since: Moment,
    leavesAt: Type.String({
      format: 'date-time',
      description: 'when it is deleted if nobody decides, as its level says (`quarantine.days`)',
    }),
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

const Figures = Type.Object(
  {
    deliveries: Type.Integer(),
    reasons: Type.Array(
      Type.Object(
        { reason: Type.String(), reasonText: Type.String(), deliveries: Type.Integer() },
        { additionalProperties: false },
      ),
    ),
    tenants: Type.Array(
      Type.Object({ tenant: Type.String(), deliveries: Type.Integer() }, { additionalProperties: false }),
      { description: 'those with most first, at most 50' },
    ),
    keptDays: Type.Number({
      description: 'how long mail stays in quarantine; a level may keep it shorter (`quarantine.days`)',
    }),
    leavesIn24Hours: Type.Integer({ description: 'deliveries that retention deletes by then' }),
    leavesIn7Days: Type.Integer(),
    oldest: orNull(Moment),
  },
  { additionalProperties: false },
)

export const QuarantineSummary = Type.Object(
  { completeUpTo: CompleteUpTo, figures: part(Figures) },
  { additionalProperties: false },
)
export type QuarantineSummary = Static<typeof QuarantineSummary>

export const MessageParams = Type.Object({ id: MessageId }, { additionalProperties: false })

const Recipients = Type.Optional(
  Type.Array(Type.String({ maxLength: 320 }), {
    minItems: 1,
    maxItems: 1000,
    description: 'only these; without it all that you may see',
  }),
)
const Level = Type.Enum(['user', 'domain', 'tenant'], {
  description: 'for whom: the recipients, their domains, or the whole tenant; without it the recipients',
})

/** Which recipients of a message are meant. */
export const QuarantineOrder = Type.Object({ recipients: Recipients }, { additionalProperties: false })
export type QuarantineOrder = Static<typeof QuarantineOrder>

export const ReleaseOrder = Type.Object(
  {
    recipients: Recipients,
    allow: Type.Optional(
      Type.Enum(['user', 'domain', 'tenant'], {
        description:
          'puts the sender on the allow list too, of the recipients, their domains, or the whole tenant; asks for `lists.write`',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ReleaseOrder = Static<typeof ReleaseOrder>

export const BlockOrder = Type.Object(
  {
    recipients: Recipients,
    level: Type.Optional(Level),
    delete: Type.Optional(Type.Boolean({ description: 'deletes the message as well' })),
  },
  { additionalProperties: false },
)
export type BlockOrder = Static<typeof BlockOrder>

export const FalseAlarmOrder = Type.Object(
  { note: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
)

export const FalseAlarmDone = Type.Object(
  { messageId: Type.String(), isNew: Type.Boolean({ description: 'false: you have said so before' }) },
  { additionalProperties: false },
)

const Listed = Type.Object(
  {
    entry: Type.String({ description: 'address that is on a list now' }),
    levels: Type.Array(Type.String(), { description: 'levels whose list it is on' }),
  },
  { additionalProperties: false },
)

export const QuarantineDone = Type.Object(
  {
    messageId: Type.String(),
    done: Type.Integer({ description: 'recipients; 0: somebody was faster' }),
    rescan: Type.Boolean({ description: 'it is scanned once more before it leaves' }),
    listed: Type.Optional(Listed),
  },
  { additionalProperties: false },
)
export type QuarantineDone = Static<typeof QuarantineDone>

/** One line of the list: a message for one recipient. */
const Line = Type.String({
  pattern: '^[0-9a-z]{16} .{1,320}$',
  description: '`messageId` and `rcptTo` with a blank between',
})

/** Which deliveries are meant; at least one condition is named. */
export const QuarantineSelection = Type.Object(
  {
    ...conditions,
    messageIds: Type.Optional(Type.Array(MessageId, { minItems: 1, maxItems: 10_000 })),
    lines: Type.Optional(
      Type.Array(Line, { minItems: 1, maxItems: 1000, description: 'only these lines of the list' }),
    ),
    exceptLines: Type.Optional(
      Type.Array(Line, { minItems: 1, maxItems: 1000, description: 'not these lines of the list' }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type QuarantineSelection = Static<typeof QuarantineSelection>

export const QuarantineManyOrder = Type.Object(
  {
    action: Type.Enum(['release', 'delete', 'rejudge'], {
      description: 'rejudge: the checks look at it anew where it is, and what is good by now leaves',
    }),
    selection: QuarantineSelection,
    expect: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'how many deliveries you were shown; 409 where it would be more than a tenth more',
      }),
    ),
  },
  { additionalProperties: false },
)
export type QuarantineManyOrder = Static<typeof QuarantineManyOrder>

export const QuarantinePreview = Type.Object(
  {
    deliveries: Type.Integer({ description: 'how many the order would touch' }),
    messages: Type.Integer(),
    viruses: Type.Integer({
      description:
        'of these deliveries: set aside for a virus; a release leaves them without `quarantine.virus`',
    }),
    mayVirus: Type.Boolean({ description: 'you have that right' }),
  },
  { additionalProperties: false },
)
export type QuarantinePreview = Static<typeof QuarantinePreview>
