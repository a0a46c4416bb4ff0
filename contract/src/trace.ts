import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Direction, MailState, Moment, orNull } from './shared.ts'

/** One try to hand a message on, with the words of the other side. */
export const Attempt = Type.Object(
  {
    at: Moment,
    phase: Type.String(),
    nextHop: Type.String(),
    host: Type.String(),
    ip: Type.String(),
    localAddress: Type.String(),
    tls: Type.String({ description: 'empty: without' }),
    code: Type.Integer({ description: 'SMTP reply code; 0: there was no reply' }),
    enhanced: Type.String(),
    reply: Type.String(),
    class: Type.String({
      description: 'what it means, as in docs/reference/bounces.md; empty: it went through',
    }),
    tookMs: Type.Number(),
  },
  { additionalProperties: false },
)
export type Attempt = Static<typeof Attempt>

export const Recipient = Type.Object(
  {
    n: Type.Integer(),
    rcptTo: Type.String(),
    tenant: Type.String(),
    state: MailState,
    since: Moment,
    reason: Type.String(),
    reasonText: Type.String(),
    attempts: Type.Integer(),
    underWay: Type.Boolean(),
    nextAttemptAt: orNull(Moment),
    expiresAt: orNull(Moment),
    lastAttempt: orNull(Attempt),
  },
  { additionalProperties: false },
)
export type Recipient = Static<typeof Recipient>

/** Something that happened, for one recipient or several at once. */
export const TimelineEntry = Type.Object(
  {
    at: Moment,
    afterMs: orNull(
      Type.Integer({
        description: 'time since the entry before; null: there is none, or the clock was set back',
      }),
    ),
    node: Type.String(),
    kind: Type.String({ description: 'started, accepted, inspected, deferred, delivered, ordered, ...' }),
    state: orNull(MailState),
    reason: Type.String(),
    reasonText: Type.String(),
    recipients: Type.Array(Type.Integer(), { description: 'numbers of the recipients; empty: the message' }),
    who: orNull(Type.String()),
    attempt: orNull(Attempt),
  },
  { additionalProperties: false },
)
export type TimelineEntry = Static<typeof TimelineEntry>

export const TracedFinding = Type.Object(
  {
    check: Type.String(),
    code: Type.String(),
    weight: Type.Integer(),
    text: Type.String(),
    proposal: orNull(Type.String({ description: 'what it asked for: reject, hold, quarantine, defer' })),
    evidence: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  },
  { additionalProperties: false },
)
export type TracedFinding = Static<typeof TracedFinding>

export const AuthenticationFact = Type.Object(
  { method: Type.String(), result: Type.String(), domain: Type.String(), detail: Type.String() },
  { additionalProperties: false },
)
export type AuthenticationFact = Static<typeof AuthenticationFact>

/** Everything about one message, or about one refusal in the dialogue, but never its content. */
export const Trace = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    kind: Type.Enum(['message', 'refusal']),
    id: Type.String(),
    node: Type.String(),
    direction: Direction,
    summary: Type.String({ description: 'what became of it, in one sentence' }),
    states: Type.Array(MailState),
    since: Moment,
    mailFrom: Type.String(),
    headerFrom: Type.String(),
    headerMessageId: Type.String(),
    subject: Type.String(),
    size: orNull(Type.Integer()),
    startedAt: Moment,
    client: Type.Object(
      {
        ip: Type.String(),
        helo: Type.String(),
        protocol: Type.String(),
        tls: Type.String({ description: 'empty: without' }),
      },
      { additionalProperties: false },
    ),
    reply: orNull(
      Type.Object(
        { stage: Type.String(), code: Type.Integer(), enhanced: Type.String(), text: Type.String() },
        { additionalProperties: false, description: 'what a refused client heard' },
      ),
    ),
    contentKept: Type.Boolean(),
    contentEncrypted: Type.Boolean({ description: 'whether it is encrypted where it is kept' }),
    linksPending: orNull(
      Type.Object(
        { links: Type.Integer(), since: Moment },
        { additionalProperties: false, description: 'Short links that wait to be followed; null: none' },
      ),
    ),
    recipients: Type.Array(Recipient, { description: 'the first 200' }),
    recipientsInAll: Type.Integer(),
    timeline: Type.Array(TimelineEntry, { description: 'the last 500 entries' }),
    timelineInAll: Type.Integer(),
    verdict: Type.String(),
    score: Type.Integer(),
    tolerance: orNull(Type.Integer({ description: 'score from which mail of the recipient is set aside' })),
    findings: Type.Array(TracedFinding, { description: 'by weight' }),
    changes: Type.Array(Type.String(), {
      description: 'what would have changed the outcome, in words, the smallest change first',
    }),
    versions: Type.Array(
      Type.Object({ name: Type.String(), version: Type.String() }, { additionalProperties: false }),
      { description: 'versions of what decided' },
    ),
    authentication: Type.Array(AuthenticationFact),
    timings: Type.Array(Type.Object({ check: Type.String(), tookMs: Type.Number() })),
  },
  { additionalProperties: false },
)
export type Trace = Static<typeof Trace>
