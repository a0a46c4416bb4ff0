import { Ended } from './directory.ts'
import { type Static, Type } from './schema.ts'

const closed = { additionalProperties: false }

/** What is gone from the directory and stays in force until somebody says that it is meant to go. */
export const Loss = Type.Object(
  {
    domain: Type.String({ description: 'whose addresses are missing; `*`: domains are' }),
    inForce: Type.Integer({ description: 'addresses (or domains) that mail is taken for' }),
    lost: Type.Integer({ description: 'how many of them are missing in the directory' }),
    names: Type.Array(Type.String(), { description: 'the first of these, in order; 20 at most' }),
    mayDecide: Type.Boolean({
      description: "whether it is yours to confirm or restore; lost domains are the operator's",
    }),
  },
  closed,
)
export type Loss = Static<typeof Loss>

export const LossList = Type.Object({ lines: Type.Array(Loss) }, closed)
export type LossList = Static<typeof LossList>

export const LossParams = Type.Object(
  { domain: Type.String({ minLength: 1, maxLength: 253, description: 'as `losses` names it' }) },
  closed,
)
export const LossConfirmation = Type.Object(
  { lost: Type.Integer({ minimum: 1, description: 'how many you have seen; 409 where more are missing' }) },
  closed,
)
/** Something of which there are as many as may be, so that it is not in force again. */
const OverLimit = Type.Object(
  {
    what: Type.Enum(['rule', 'password', 'key']),
    at: Type.String({ description: 'level, login or domain that it belongs to' }),
    name: Type.String({ description: 'name of the rule or password, selector of the key' }),
    became: Type.Enum(['off', 'aside'], {
      description:
        '`off`: it is back and switched off; `aside`: the same order brings it once there is room, within `directory.grace`',
    }),
  },
  closed,
)

export const Restored = Type.Object(
  {
    domains: Type.Integer(),
    users: Type.Integer(),
    belongings: Type.Integer({
      description: 'rules, list entries, settings, mail passwords and DKIM keys that are in force again',
    }),
    overLimit: Type.Integer({ description: 'how many are not in force, since there are as many as may be' }),
    over: Type.Array(OverLimit, { description: 'the first of these; 100 at most' }),
  },
  closed,
)

/** Who was removed, how much of theirs ended with them, and what of it waits to be confirmed. */
export const FlowRemoval = Type.Object(
  {
    removed: Type.Integer(),
    ended: Ended,
    held: Type.Array(Loss, {
      description: 'losses that now wait to be confirmed; what they name stays in force until then',
    }),
  },
  closed,
)
