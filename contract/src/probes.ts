import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

export const ProbeResult = Type.Enum(['ok', 'failed', 'unknown'], {
  description: 'unknown: nobody can tell, which is neither a fault nor a comfort',
})
export type ProbeResult = Static<typeof ProbeResult>

const Stage = Type.Enum(['accept', 'inspect', 'decide', 'wait', 'deliver', 'return'], {
  description: '`return`: on its way back to us; where it stopped, null: nowhere',
})
const steps = Type.Array(Type.Object({ stage: Stage, tookMs: Type.Number() }, closed), {
  description: 'how long each stage took that it has been through; empty: it has no stages',
})
const tried = {
  result: ProbeResult,
  at: Moment,
  tookMs: orNull(Type.Number({ description: 'null: it did not come to an end' })),
  stage: orNull(Stage),
  steps,
  words: Type.String({ description: 'what was seen, in a sentence; empty where all is well' }),
}

/** A path that messages and questions of our own take, as it stands now. */
export const ProbeLine = Type.Object(
  {
    component: Type.String({ description: 'what it tries: `inbound`, `quarantine`, `sign-in` and so on' }),
    path: Type.String({ description: 'the way within it: `node-1`, `administrator at localhost`' }),
    node: orNull(Type.String()),
    ...tried,
    since: Type.String({ format: 'date-time', description: 'since when it has had this result' }),
    inRow: Type.Integer({ description: 'tries in a row with this result' }),
    everySeconds: Type.Number(),
  },
  closed,
)
export type ProbeLine = Static<typeof ProbeLine>
export const ProbeList = Type.Object({ lines: Type.Array(ProbeLine, { maxItems: 5000 }) }, closed)

export const ProbeTriesQuery = Type.Object(
  {
    component: Type.String({ minLength: 1, maxLength: 40 }),
    path: Type.String({ minLength: 1, maxLength: 200 }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1500, default: 240 })),
  },
  closed,
)
export const ProbeTries = Type.Object(
  {
    lines: Type.Array(Type.Object(tried, closed), {
      description: 'newest first; of a day at most',
      maxItems: 1500,
    }),
  },
  closed,
)

export const ProbeSumsQuery = Type.Object(
  { days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, default: 7 })) },
  closed,
)
export const ProbeSums = Type.Object(
  {
    step: Type.Enum(['hour', 'day']),
    lines: Type.Array(
      Type.Object(
        {
          component: Type.String(),
          at: Type.String({ format: 'date-time', description: 'when the hour or day began (UTC)' }),
          ...{ ok: Type.Integer(), failed: Type.Integer(), unknown: Type.Integer() },
        },
        closed,
      ),
      { description: 'oldest first; an hour without a try has no line: nothing is known of it' },
    ),
  },
  closed,
)

export const FindingsQuery = Type.Object(
  {
    open: Type.Optional(Type.Boolean({ description: 'true: those alone that last' })),
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 400, default: 7, description: 'how long ago they may have ended' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  closed,
)
/** What measurements say is wrong, or was. */
export const FindingLine = Type.Object(
  {
    kind: Type.String({ description: '`stage-slow`, `probe-fails`, `watcher-silent` and so on' }),
    subject: Type.String(),
    stage: Type.String({ description: 'accept, inspect, decide, wait, deliver, return, console or watch' }),
    node: orNull(Type.String({ description: 'null: it is not one node’s' })),
    direction: orNull(Type.Enum(['inbound', 'outbound'])),
    hop: orNull(Type.String({ description: 'the next hop that it is about; null: it is not one’s' })),
    cause: Type.String({ description: '`unknown` is an answer; a guess is none' }),
    share: orNull(Type.Number({ description: 'share of the mail or of the tries that it hits, 0 to 1' })),
    since: Type.String({ format: 'date-time', description: 'when the first bad period began' }),
    foundAt: Type.String({ format: 'date-time', description: 'when it was first said' }),
    seenAt: Type.String({ format: 'date-time', description: 'when it was last said' }),
    endedAt: orNull(Type.String({ format: 'date-time', description: 'null: it lasts' })),
    evidence: Type.Array(
      Type.Object(
        {
          what: Type.String(),
          measured: Type.Number(),
          usual: orNull(Type.Number({ description: 'null: nothing to compare with' })),
          unit: Type.String({ description: 'ms, share, deliveries or tries' }),
        },
        closed,
      ),
    ),
    incident: orNull(Type.String({ description: 'the incident that stands for it; null: none does' })),
  },
  closed,
)
export type FindingLine = Static<typeof FindingLine>
export const FindingList = Type.Object(
  {
    lines: Type.Array(FindingLine, { description: 'open ones first, newest first', maxItems: 200 }),
    isCut: Type.Boolean({ description: 'true: there are more than were asked for' }),
  },
  closed,
)
