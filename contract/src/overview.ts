import { Severity } from './alarms.ts'
import { Outlook } from './outlook.ts'
import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, orNull, part } from './shared.ts'

const count = Type.Integer()

/** Deliveries by what became of them: accepted is the sum of the others. */
const figures = {
  accepted: count,
  delivered: count,
  returned: count,
  quarantined: count,
  held: count,
  sealed: count,
  discarded: count,
  waiting: count,
}

export const BookFigures = Type.Object(figures, { additionalProperties: false })
export type BookFigures = Static<typeof BookFigures>

export const Books = Type.Object(
  {
    totals: BookFigures,
    difference: Type.Integer({
      description: 'accepted minus the sum of all states; anything but 0 is a fault',
    }),
  },
  { additionalProperties: false },
)
export type Books = Static<typeof Books>

/** By how much each state grew or shrank within a minute. */
export const Minute = Type.Object({ at: Moment, ...figures }, { additionalProperties: false })
export type Minute = Static<typeof Minute>

/** People who wait for an answer of a manager. */
const waiting = Type.Object(
  { count, oldestAt: orNull(Moment) },
  { additionalProperties: false, description: 'those that are open, and since when the oldest is' },
)
export const Asked = Type.Object({ requests: waiting, reports: waiting }, { additionalProperties: false })

export const OpenAlarm = Type.Object(
  { name: Type.String(), subject: Type.String(), text: Type.String(), severity: Severity, since: Moment },
  { additionalProperties: false, description: 'of the process that answers; `/api/v1/alarms` has all' },
)
export type OpenAlarm = Static<typeof OpenAlarm>

export const NodeFacts = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    roles: Type.Array(Type.String()),
    startedAt: Moment,
    waiting: Type.Union([Type.Integer(), Type.Null()], {
      description: 'deliveries that wait; null: unknown',
    }),
    snapshotCheckedAt: Type.Union([Moment, Type.Null()], {
      description: 'when the directory snapshot was last found to be true; null: there is none',
    }),
    diskPercent: Type.Integer(),
    diskFreeBytes: Type.Integer(),
    /** From what this process has measured of the last day; an hour at least. */
    diskFull: Outlook,
  },
  { additionalProperties: false },
)
export type NodeFacts = Static<typeof NodeFacts>

export const Overview = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    newestEventAt: part(orNull(Moment)),
    books: part(Books),
    minutes: part(Type.Array(Minute)),
    asked: part(Asked),
    alarms: Type.Array(OpenAlarm),
    node: orNull(NodeFacts),
  },
  { additionalProperties: false },
)
export type Overview = Static<typeof Overview>
