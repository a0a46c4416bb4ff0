import { type Static, Type } from './schema.ts'
import { givenName, Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }

export const KeyScopeName = Type.Enum(['logs', 'messages', 'configuration', 'directory', 'allow_block_rules'])
export const KeyParams = Type.Object({ key: Type.String({ pattern: '^[a-z0-9]{1,40}$' }) }, closed)

export const KeyView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    tenant: Type.String(),
    scopes: Type.Array(Type.String()),
    createdAt: Moment,
    createdBy: Type.String(),
    isLeft: Type.Boolean({
      description:
        'whoever made it is gone or kept out, or could not make it now; it goes on until it is removed',
    }),
    expiresAt: orNull(Moment),
    usedAt: orNull(Moment),
  },
  closed,
)
export type KeyView = Static<typeof KeyView>

export const KeysQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    madeBy: Type.Optional(
      Type.String({ maxLength: 100, description: 'name of a manager, also of one who is gone' }),
    ),
    after: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  closed,
)
export const KeyList = Type.Object({ lines: Type.Array(KeyView), next: orNull(Type.String()) }, closed)
export type KeyList = Static<typeof KeyList>

export const NewKey = Type.Object(
  {
    name: givenName(100),
    tenant: Type.String({ maxLength: 100 }),
    scopes: Type.Array(KeyScopeName, { minItems: 1, maxItems: 5 }),
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3650, description: 'good for so long; without: for ever' }),
    ),
  },
  closed,
)
export type NewKey = Static<typeof NewKey>

export const KeysOf = Type.Object({ madeBy: Type.String({ minLength: 1, maxLength: 100 }) }, closed)

export const KeyMade = Type.Object(
  {
    key: KeyView,
    secret: Type.String({ description: 'sent as `Authorization: Bearer …`; shown this once' }),
  },
  closed,
)
