import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }
const outcome = ['passed', 'failed', 'inconclusive'] as const

/** What our part of a test or a trip has come to. */
export const RadarOutcome = Type.Enum(outcome, {
  description:
    'passed: it was done, and the mail arrived where there was one; failed: the other side did not take it; inconclusive: a fault of ours, which counts against nobody',
})
export type RadarOutcome = Static<typeof RadarOutcome>

const Id = Type.String({ pattern: '^[0-9a-z]{10,40}$' })
export const RadarTestParams = Type.Object({ test: Id }, closed)
export const RadarPathParams = Type.Object({ path: Id }, closed)

export const RadarTestsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    domain: Type.Optional(Type.String({ maxLength: 253 })),
    outcome: Type.Optional(RadarOutcome),
    after: Type.Optional(After),
    limit: Type.Optional(Limit),
  },
  closed,
)

const line = {
  id: Type.String(),
  tenant: Type.String(),
  domain: Type.String(),
  address: orNull(Type.String({ description: 'null: only the domain is looked at, and no mail is sent' })),
  startedAt: Moment,
  state: Type.Enum(['running', 'waiting', 'ended'], {
    description: 'running: our part goes on; waiting: for the reply',
  }),
  outcome: orNull(RadarOutcome),
  says: Type.String({ description: 'why, in words' }),
  score: orNull(Type.Integer({ minimum: 0, maximum: 100 })),
}
export const RadarTestLine = Type.Object(line, closed)
export type RadarTestLine = Static<typeof RadarTestLine>
export const RadarTestList = Type.Object({ lines: Type.Array(RadarTestLine), next: Next }, closed)

const RadarFault = Type.Object(
  {
    code: Type.String(),
    points: Type.Integer({ description: 'what its kind takes off the score, once' }),
    says: Type.String(),
    fix: Type.String({ description: 'what to do, in words' }),
    record: Type.String({ description: 'name in DNS; empty: it is no record' }),
    type: Type.String(),
    value: Type.String({ description: 'what to enter, as a zone file has it' }),
  },
  closed,
)
export const RadarCheck = Type.Object(
  {
    check: Type.String(),
    title: Type.String(),
    state: Type.Enum(['passed', 'failed', 'unknown'], {
      description: 'unknown: it could not be told, and counts nothing',
    }),
    says: Type.String(),
    found: Type.Array(Type.String(), { description: 'what was found, line by line; at most 24' }),
    faults: Type.Array(RadarFault),
  },
  closed,
)
export type RadarCheck = Static<typeof RadarCheck>

export const RadarTest = Type.Object(
  {
    ...line,
    oursUntil: Type.String({ format: 'date-time', description: 'by when our part has ended' }),
    replyUntil: Moment,
    deliveredAt: orNull(Moment),
    repliedAt: orNull(Moment),
    endedAt: orNull(Moment),
    attempt: Type.Integer(),
    before: orNull(Type.String({ description: 'the test that this one runs again' })),
    again: orNull(Type.String({ description: 'the test that runs this one again' })),
    sharedUntil: orNull(Moment),
    checks: Type.Array(RadarCheck),
  },
  closed,
)
export type RadarTest = Static<typeof RadarTest>

export const RadarTestStart = Type.Object(
  { target: Type.String({ minLength: 1, maxLength: 320, description: 'a domain, or an address' }) },
  closed,
)
export const RadarLink = Type.Object(
  { link: Type.String({ description: 'shown once' }), until: Moment },
  closed,
)

const RadarTrip = Type.Object(
  {
    id: Type.String(),
    startedAt: Moment,
    state: Type.Enum(['open', ...outcome]),
    says: Type.String(),
    outMs: orNull(Type.Integer({ description: 'until their server had it' })),
    totalMs: orNull(Type.Integer({ description: 'until the reply was here' })),
  },
  closed,
)
export type RadarTrip = Static<typeof RadarTrip>

const path = {
  id: Type.String(),
  tenant: Type.String(),
  domain: Type.String(),
  address: Type.String(),
  name: Type.String(),
  everySeconds: Type.Integer(),
  addedAt: Moment,
  addedBy: Type.String(),
}
export const RadarPath = Type.Object({ ...path, last: orNull(RadarTrip) }, closed)
export type RadarPath = Static<typeof RadarPath>
export const RadarPathsQuery = Type.Object(
  { scope: Type.Optional(Scope), after: Type.Optional(After), limit: Type.Optional(Limit) },
  closed,
)
export const RadarPathList = Type.Object({ lines: Type.Array(RadarPath), next: Next }, closed)
export const NewRadarPath = Type.Object(
  {
    address: Type.String({ minLength: 3, maxLength: 320, description: 'a mailbox that answers by itself' }),
    name: Type.Optional(Type.String({ maxLength: 100 })),
    everySeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 86_400 })),
  },
  closed,
)
export const RadarTripsQuery = Type.Object(
  { hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 168, default: 24 })) },
  closed,
)
export const RadarTrips = Type.Object(
  {
    path: Type.Object(path, closed),
    trips: Type.Array(RadarTrip, { description: 'newest first; at most 500' }),
  },
  closed,
)
export type RadarTrips = Static<typeof RadarTrips>
