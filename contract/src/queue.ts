import { type Static, Type } from './schema.ts'
import { CompleteUpTo, Moment, numbers, part, Scope } from './shared.ts'

const text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 320, description }))

/** Which next hops are meant; all that is given holds together. */
export const QueueQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    hop: text('a part of the name of the next hop'),
    domain: text('a domain whose mail goes there, with all below it'),
    reply: text('words of what the next hop last said, all of them, or parts of words'),
    state: Type.Optional(Type.Enum(['waiting', 'held'])),
    failing: Type.Optional(Type.Enum(['tls'])),
    deliveries: numbers('how many wait or are held there'),
    before: text('some of it was received before: a moment, or `2h` or `7d` for so long ago'),
  },
  { additionalProperties: false },
)
export type QueueQuery = Static<typeof QueueQuery>

/** What waits, or is held, on its way to one next hop. */
export const QueueHop = Type.Object(
  {
    nextHop: Type.String({ description: 'as the directory names it; empty: unknown' }),
    domains: Type.Array(Type.String(), {
      description: 'the first domains whose mail goes there, 50 at most',
    }),
    domainsInAll: Type.Integer(),
    lanes: Type.Integer({ description: 'how many queues that is' }),
    state: Type.Enum(['waiting', 'held']),
    deliveries: Type.Integer(),
    oldestAt: Moment,
    nextAttemptAt: Type.Union([Moment, Type.Null()], { description: 'null: not before somebody says so' }),
    comesPerMinute: Type.Number({ description: 'deliveries that came for it, over the last two minutes' }),
    leavesPerMinute: Type.Number({
      description: 'deliveries that left, whatever became of them, over the last two minutes',
    }),
    emptyInSeconds: Type.Union([Type.Integer(), Type.Null()], {
      description:
        'until nothing waits, if it goes on like this; null: more comes than leaves, or nothing leaves',
    }),
    lastReply: Type.String({ description: 'what the next hop last said' }),
    failing: Type.Union([Type.Enum(['tls']), Type.Null()], {
      description:
        'tls: next hop failing, TLS: it must be used there, and what the server offers or proves does not do',
    }),
  },
  { additionalProperties: false },
)
export type QueueHop = Static<typeof QueueHop>

export const QueueView = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    hops: part(Type.Array(QueueHop)),
    hopsInAll: Type.Integer({ description: 'how many fit' }),
  },
  { additionalProperties: false },
)
export type QueueView = Static<typeof QueueView>
