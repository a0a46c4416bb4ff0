import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

const Theirs = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    severity: orNull(Type.String()),
    state: orNull(Type.String()),
    startedAt: Moment,
    endedAt: orNull(Moment),
    firstPostAt: orNull(Moment),
    link: orNull(Type.String()),
  },
  { ...closed, description: 'an incident as the provider tells it' },
)

export const UpstreamFault = Type.Object(
  {
    incident: Type.String({ description: 'the incident of ours' }),
    name: Type.String(),
    hop: Type.String(),
    provider: orNull(Type.String({ description: 'null: nobody has named one that this next hop is of' })),
    startedAt: Moment,
    endedAt: orNull(
      Type.String({ format: 'date-time', description: 'by our own deliveries; null: it lasts' }),
    ),
    theirs: Type.Array(Theirs, { description: 'what the provider tells of the same time' }),
    silentSince: orNull(
      Type.String({ format: 'date-time', description: 'nothing is known from the provider since' }),
    ),
  },
  closed,
)

const Feed = Type.Object(
  {
    name: Type.String(),
    url: Type.String(),
    hops: Type.Array(Type.String()),
    askedAt: orNull(Moment),
    answeredAt: orNull(Moment),
    fault: Type.String({ description: 'what was wrong with the last answer; empty: nothing' }),
    silentSince: orNull(
      Type.String({ format: 'date-time', description: 'nothing is known from it since; null: it answers' }),
    ),
    incidents: Type.Array(Theirs, { description: 'newest first, at most 50' }),
    own: Type.Object(
      {
        tries: Type.Integer(),
        deferred: Type.Integer(),
        firstDeferredAt: orNull(Moment),
        lastDeferredAt: orNull(Moment),
      },
      { ...closed, description: 'our own deliveries there in the last hour; no tries: nothing can be said' },
    ),
  },
  closed,
)

/** Faults of receivers and providers, and what is known of each provider. */
export const UpstreamView = Type.Object(
  {
    faults: Type.Array(UpstreamFault, {
      description: 'open ones and those of the last 30 days, newest first',
    }),
    feeds: Type.Array(Feed),
  },
  closed,
)
export type UpstreamView = Static<typeof UpstreamView>
