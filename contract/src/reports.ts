import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, orNull, part, Scope } from './shared.ts'

export const ReportState = Type.Enum(['open', 'accepted', 'refused'])
export const ReportKind = Type.Enum(['missed-spam', 'false-alarm'], {
  description: 'missed-spam: it was delivered and unwanted; false-alarm: it is wanted and was set aside',
})

/** A mail may report ten messages: those behind the first have a number behind the id. */
const pattern = '^[0-9a-z]{16}(-[0-9]{1,3})?$'
const ReportId = Type.String({ pattern })

export const ReportsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    state: Type.Optional(ReportState),
    kind: Type.Optional(ReportKind),
    after: Type.Optional(Type.String({ pattern, description: '`next` of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)
export type ReportsQuery = Static<typeof ReportsQuery>

const line = {
  id: ReportId,
  kind: ReportKind,
  tenant: Type.String(),
  reporter: Type.String({ description: 'who reports: a person of ours, or `manager:NAME`' }),
  isProven: Type.Boolean({ description: 'false: the mail that reports may be forged' }),
  reportedAt: Moment,
  lastAt: Moment,
  times: Type.Integer({ description: 'how often it was said' }),
  messageId: orNull(Type.String({ description: 'null: no message of the reporter was found' })),
  rcptTo: orNull(Type.String({ description: 'the address that the message was for' })),
  subject: Type.String({ description: 'cut to 200 characters' }),
  mailFrom: Type.String(),
  headerFrom: Type.String(),
  verdict: orNull(Type.String({ description: 'what was thought of it when it was reported' })),
  score: orNull(Type.Integer()),
  mailState: Type.String({ description: 'what the delivery has come to; forgotten: it is kept no more' }),
  asksForRelease: Type.Boolean({ description: 'open, about a message that was in quarantine' }),
  state: ReportState,
  outcome: Type.Enum(['', 'noted', 'released', 'refused', 'not-found', 'too-many'], {
    description: 'what became of it; empty while it is open',
  }),
  note: Type.String({ description: 'what the reporter read' }),
  decidedAt: orNull(Moment),
  decidedBy: Type.String(),
}

/** What somebody says of a message of his: that it is unwanted, or that it was set aside wrongly. */
export const ReportLine = Type.Object(line, { additionalProperties: false })
export type ReportLine = Static<typeof ReportLine>

export const ReportList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    lines: part(Type.Array(ReportLine, { description: 'newest first' })),
    next: orNull(Type.String({ description: '`after` of the next page; null: this is the last' })),
  },
  { additionalProperties: false },
)
export type ReportList = Static<typeof ReportList>

export const ReportParams = Type.Object({ id: ReportId }, { additionalProperties: false })

/** The same with what decided about the message. */
export const ReportView = Type.Object(
  {
    ...line,
    headerMessageId: Type.String({ description: 'as the report names it; empty: it names none' }),
    foundState: orNull(Type.String({ description: 'what the delivery had come to when it was reported' })),
    findings: Type.Array(
      Type.Object({ code: Type.String(), weight: Type.Number() }, { additionalProperties: false }),
    ),
    versions: Type.Object({}, { additionalProperties: true, description: 'of what judged it' }),
  },
  { additionalProperties: false },
)
export type ReportView = Static<typeof ReportView>

export const ReportDecision = Type.Object(
  {
    note: Type.Optional(Type.String({ maxLength: 1000, description: 'a sentence that the reporter reads' })),
  },
  { additionalProperties: false },
)
export type ReportDecision = Static<typeof ReportDecision>

export const ReportDone = Type.Object(
  {
    id: Type.String(),
    outcome: Type.Enum(['noted', 'released', 'refused'], {
      description: 'released: the message is on its way to the reporter',
    }),
  },
  { additionalProperties: false },
)
export type ReportDone = Static<typeof ReportDone>
