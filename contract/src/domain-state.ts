import { listParameters, recordLights } from './directory.ts'
import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, orNull, ScopeQuery } from './shared.ts'

const closed = { additionalProperties: false }

export const Light = Type.Object(
  {
    name: Type.Enum([...recordLights, 'mail-seen']),
    title: Type.String(),
    state: Type.Enum(['green', 'amber', 'red', 'unknown'], {
      description: 'amber: mail flows without it, but something is worse for people',
    }),
    says: Type.String(),
    record: Type.String({ description: 'its name in DNS; empty: it is no record' }),
    type: Type.String(),
    wanted: Type.String({ description: 'what to enter, as a zone file has it' }),
    found: Type.String(),
  },
  closed,
)
export type Light = Static<typeof Light>
export const Lights = Type.Object({ checkedAt: Moment, lights: Type.Array(Light) }, closed)
export type Lights = Static<typeof Lights>

export const TranscriptLine = Type.Object(
  { who: Type.Enum(['us', 'them', 'note']), text: Type.String(), afterMs: Type.Integer() },
  closed,
)
export const HopTest = Type.Object(
  {
    state: Type.Enum(['none', 'running', 'done'], { description: 'none: not tested in the last minutes' }),
    startedAt: orNull(Moment),
    ok: Type.Boolean({ description: 'a recipient was taken' }),
    why: Type.String(),
    nextHop: Type.String(),
    target: Type.String(),
    tls: Type.String({ description: 'version and cipher; empty: none' }),
    transcript: Type.Array(TranscriptLine),
  },
  closed,
)
export type HopTest = Static<typeof HopTest>
export const HopTestOrder = Type.Object(
  {
    recipient: Type.Optional(
      Type.String({ maxLength: 320, description: 'an address of the domain; postmaster if absent' }),
    ),
  },
  closed,
)

export const FlowState = Type.Enum(['good', 'bad', 'unknown'])
const flow = {
  state: FlowState,
  messages: Type.Integer({ description: 'latest deliveries that were looked at' }),
  failures: Type.Integer({ description: 'tries to deliver them that failed' }),
  lastAt: orNull(Moment),
  since: orNull({ ...Moment, description: 'unknown: since when nothing can be told' }),
  why: Type.String(),
}
export const DomainFlow = Type.Object(
  {
    ...flow,
    completeUpTo: CompleteUpTo,
    reasons: Type.Array(
      Type.Object({ reason: Type.String(), text: Type.String(), deliveries: Type.Integer() }, closed),
    ),
    recent: Type.Array(
      Type.Object(
        { messageId: Type.String(), at: Moment, ok: Type.Boolean(), reason: Type.String() },
        closed,
      ),
      { description: 'newest first' },
    ),
  },
  closed,
)
export type DomainFlow = Static<typeof DomainFlow>
export const FlowLine = Type.Object({ domain: Type.String(), tenant: Type.String(), ...flow }, closed)
export type FlowLine = Static<typeof FlowLine>
export const FlowQuery = Type.Object(listParameters, closed)
export const FlowList = Type.Object(
  { completeUpTo: CompleteUpTo, lines: Type.Array(FlowLine), next: orNull(Type.String()) },
  closed,
)
export type FlowList = Static<typeof FlowList>

export const Connector = Type.Object(
  {
    addresses: Type.Array(Type.String()),
    certificateName: Type.String(),
    steps: Type.Array(Type.String()),
  },
  closed,
)

export const RouteQuestion = Type.Object(
  { sender: Type.String({ maxLength: 320 }), recipient: Type.String({ minLength: 3, maxLength: 320 }) },
  closed,
)
export const RouteAnswer = Type.Object(
  {
    sender: Type.String(),
    recipient: Type.String(),
    reply: Type.String({ description: 'what the gateway would say to the recipient' }),
    wouldFlow: Type.Boolean(),
    nextHop: Type.String(),
    targets: Type.Array(Type.String()),
    trouble: orNull(Type.String()),
    policy: Type.Array(
      Type.Object(
        { name: Type.String(), value: Type.String(), from: Type.String(), locked: Type.Boolean() },
        closed,
      ),
    ),
  },
  closed,
)
export type RouteAnswer = Static<typeof RouteAnswer>

const rangeParameters = {
  ...ScopeQuery.properties,
  since: Type.Optional({ ...Moment, description: 'a day ago if absent' }),
  until: Type.Optional({ ...Moment, description: 'now if absent' }),
}
export const StatisticsQuery = Type.Object(rangeParameters, closed)
const figures = {
  accepted: Type.Integer(),
  refused: Type.Integer(),
  delivered: Type.Integer(),
  returned: Type.Integer(),
  quarantined: Type.Integer(),
  held: Type.Integer(),
  discarded: Type.Integer(),
  deferred: Type.Integer({ description: 'tries put off' }),
}
const verdicts = Type.Object(
  {
    clean: Type.Integer(),
    bulk: Type.Integer(),
    spam: Type.Integer(),
    phishing: Type.Integer(),
    spoof: Type.Integer(),
    virus: Type.Integer(),
    policy: Type.Integer(),
    unscanned: Type.Integer(),
  },
  {
    ...closed,
    description:
      'deliveries, and messages refused after their content was seen, by what they were judged to be; judged anew they count once more',
  },
)
const delay = Type.Object(
  { p50: orNull(Type.Integer()), p95: orNull(Type.Integer()), p99: orNull(Type.Integer()) },
  { ...closed, description: 'seconds from acceptance to delivery, at most; null: none was delivered' },
)
const SeveralSince = orNull(
  Type.String({
    format: 'date-time',
    description:
      'Of groups and people: from then on all mail refused to several recipients at once is counted; it was too much before. null: all of it is',
  }),
)

export const StatisticsAnswer = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    span: Type.Enum(['hour', 'day']),
    since: Moment,
    until: Moment,
    verdictsSince: Type.Union([Moment, Type.Null()], {
      description: 'since when `verdicts` are counted; null: they are not yet',
    }),
    severalSince: SeveralSince,
    points: Type.Array(
      Type.Object(
        {
          at: Moment,
          ...figures,
          verdicts,
          delay,
          queue: orNull(
            Type.Integer({ description: 'most that waited; null: not counted of less than a tenant' }),
          ),
        },
        closed,
      ),
    ),
    totals: Type.Object({ ...figures, verdicts, delay }, closed),
    directions: Type.Array(Type.Object({ direction: Type.String(), ...figures }, closed)),
    reasons: Type.Array(
      Type.Object(
        { what: Type.String(), reason: Type.String(), text: Type.String(), deliveries: Type.Integer() },
        closed,
      ),
    ),
  },
  closed,
)
export type StatisticsAnswer = Static<typeof StatisticsAnswer>
const bounceCounts = {
  class: Type.String({ description: 'as in docs/reference/bounces.md' }),
  returned: Type.Integer({ description: 'deliveries that came back' }),
  deferred: Type.Integer({ description: 'tries put off' }),
}
export const BouncesAnswer = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    span: Type.Enum(['hour', 'day']),
    since: Moment,
    until: Moment,
    points: Type.Array(
      Type.Object({ at: Moment, classes: Type.Array(Type.Object(bounceCounts, closed)) }, closed),
    ),
    classes: Type.Array(
      Type.Object({ ...bounceCounts, meaning: Type.String(), advice: Type.String() }, closed),
      { description: 'most often first' },
    ),
    receivers: Type.Array(
      Type.Object(
        { ...bounceCounts, receiver: Type.String({ description: 'empty: none that is known by name' }) },
        closed,
      ),
    ),
  },
  closed,
)
export type BouncesAnswer = Static<typeof BouncesAnswer>
export const TopsQuery = Type.Object(
  {
    ...rangeParameters,
    kind: Type.Enum(['attacked', 'sender', 'bad-sender'], {
      description:
        'attacked: recipients of what was refused or set aside; bad-sender: who sent that; sender: who sent most',
    }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
  },
  closed,
)
export const TopsAnswer = Type.Object(
  {
    lines: Type.Array(Type.Object({ name: Type.String(), deliveries: Type.Integer() }, closed)),
    severalSince: SeveralSince,
  },
  closed,
)
export type TopsAnswer = Static<typeof TopsAnswer>
export const DmarcDays = Type.Object(
  {
    days: Type.Array(
      Type.Object(
        { day: Type.String(), passed: Type.Integer(), failed: Type.Integer() },
        { ...closed, description: 'mail that names domains in reach as its author' },
      ),
    ),
    sources: Type.Array(
      Type.Object(
        {
          domain: Type.String(),
          ip: Type.String(),
          mailFromDomain: Type.String(),
          disposition: Type.String(),
          messages: Type.Integer(),
        },
        { ...closed, description: 'of what failed, most first' },
      ),
    ),
  },
  closed,
)
export type DmarcDays = Static<typeof DmarcDays>
