import { Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

/** A process that sends mail. */
export const SendingNode = Type.Object(
  {
    node: Type.String(),
    pid: Type.Integer(),
    startedAt: Moment,
    seenAt: Moment,
    restart: orNull(
      Type.String({
        description:
          'Why it was started again after one that died or hung, or how long the site was off; null: neither',
      }),
    ),
    standing: Type.Enum(['looking', 'trial', 'share', 'full'], {
      description: 'trial: synthetic messages only; share: `percent` of the mail; full: like any other',
    }),
    percent: Type.Integer(),
    passed: Type.Integer({ description: 'Synthetic messages in a row that went through' }),
    step: Type.String({ description: 'What does not work; empty: nothing' }),
    why: Type.String(),
    since: orNull(Moment),
    tried: Type.Integer({ description: 'Tries at next hops within the last minutes' }),
    failed: Type.Integer(),
  },
  closed,
)

export const NodesAnswer = Type.Object({ nodes: Type.Array(SendingNode, { maxItems: 200 }) }, closed)
