import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

/** Work that goes on behind the answer, also when the process that took the order ends. Kept for 30 days. */
export const Task = Type.Object(
  {
    id: Type.String(),
    what: Type.String({ description: 'such as `queue-retry`' }),
    who: Type.String({ description: 'who ordered it, as in the audit log' }),
    state: Type.Enum(['running', 'done', 'failed', 'stopped']),
    startedAt: Moment,
    endedAt: orNull(Moment),
    done: Type.Integer(),
    skipped: Type.Integer({
      description: 'looked at and left alone: somebody was faster, or it cannot be done',
    }),
    total: Type.Integer({ description: 'what was to be done at the start' }),
    problem: orNull(
      Type.String({
        description: 'why it failed, or while it runs: why it waits; what was done by then stays done',
      }),
    ),
  },
  { additionalProperties: false },
)
export type Task = Static<typeof Task>

export const TaskParams = Type.Object(
  { id: Type.String({ pattern: '^[0-9a-z]{16}$' }) },
  { additionalProperties: false },
)

export const TasksQuery = Type.Object(
  {
    own: Type.Optional(Type.Boolean({ description: 'only what you have ordered yourself' })),
    after: Type.Optional(
      Type.String({ pattern: '^[0-9a-z]{16}$', description: '`next` of the page before' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)
export type TasksQuery = Static<typeof TasksQuery>

export const TaskList = Type.Object(
  {
    lines: Type.Array(Task, { description: 'newest first' }),
    next: orNull(Type.String({ description: '`after` of the next page; null: this is the last' })),
  },
  { additionalProperties: false },
)
export type TaskList = Static<typeof TaskList>
