import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

export const LiveDrillKind = Type.Enum(['puts-off', 'refuses', 'drops', 'tls', 'silent', 'slow'], {
  description: 'what the next hop of the drill does wrong',
})
export type LiveDrillKind = Static<typeof LiveDrillKind>

const Said = Type.Object(
  { name: Type.String(), words: Type.String(), at: Moment },
  { ...closed, description: 'what the platform said, and when' },
)
const Line = Type.Object(
  {
    what: Type.String(),
    bound: Type.String({ description: 'what was promised' }),
    measured: Type.String(),
    held: orNull(Type.Boolean({ description: 'null: it could not be measured' })),
  },
  closed,
)

/** A fault on purpose beside live mail, in a lane of its own. */
export const LiveDrill = Type.Object(
  {
    id: Type.String(),
    kind: LiveDrillKind,
    words: Type.String({ description: 'what the next hop does wrong, in words' }),
    orderedAt: Moment,
    who: Type.String(),
    forSeconds: Type.Number({ description: 'how long it may take' }),
    rings: Type.Boolean({
      description: 'those who are told of alarms of the house are told of it as a drill',
    }),
    phase: Type.Enum(['ordered', 'before', 'fault', 'after', 'over']),
    startedAt: orNull(Moment),
    faultAt: orNull(Moment),
    mendedAt: orNull(Moment),
    endedAt: orNull(Moment),
    ending: orNull(Type.Enum(['done', 'stopped', 'aborted', 'died'])),
    isStopping: Type.Boolean({ description: 'somebody has asked for its end' }),
    passed: orNull(Type.Boolean({ description: 'every bound held; null: it was not run to its end' })),
    stand: Type.String({ description: 'how far it is, or how it ended, in a sentence' }),
    seen: Type.Object(
      {
        sent: Type.Integer(),
        arrived: Type.Integer(),
        harmed: Type.Integer({ description: 'letters that the next hop did not take at once, on purpose' }),
        waiting: Type.Integer(),
        alarm: orNull(Said),
        finding: orNull(Said),
        incident: orNull(Said),
        cause: orNull(Said),
        quietAt: orNull(Moment),
        othersBeforeMs: orNull(Type.Number({ description: 'mail of people; null: too few to say' })),
        othersDuringMs: orNull(Type.Number()),
        told: Type.Array(Type.String(), { description: 'places that were told', maxItems: 1000 }),
      },
      closed,
    ),
    lines: Type.Array(Line, { description: 'what was promised beside what was measured', maxItems: 50 }),
  },
  closed,
)
export type LiveDrill = Static<typeof LiveDrill>

export const LiveDrillList = Type.Object(
  {
    lines: Type.Array(LiveDrill, { description: 'newest first', maxItems: 20 }),
    whyNot: orNull(Type.String({ description: 'why none may begin now; null: nothing speaks against it' })),
    shortestSeconds: Type.Number({
      description: 'in less a fault could not be noticed: 14 times watch.period, 30 at least',
    }),
  },
  closed,
)
export const LiveDrillOrder = Type.Object(
  {
    kind: LiveDrillKind,
    forSeconds: Type.Optional(
      Type.Integer({
        minimum: 30,
        maximum: 900,
        description:
          'shortestSeconds of the list or more; 420 if absent, or shortestSeconds where that is more',
      }),
    ),
    rings: Type.Optional(Type.Boolean({ default: false })),
  },
  closed,
)
