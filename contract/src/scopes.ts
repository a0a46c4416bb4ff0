import { type Static, Type } from './schema.ts'
import { orNull, Scope } from './shared.ts'

export const ScopesQuery = Type.Object(
  {
    here: Type.Optional(Scope),
    q: Type.Optional(
      Type.String({ maxLength: 253, description: 'a part of a name, or of the id of a tenant' }),
    ),
    kind: Type.Optional(
      Type.Enum(['tenant', 'domain', 'all'], {
        description: 'only these; all: groups and people too, where a text is looked for',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)

/** A tenant or a domain, a group or a person that questions can be limited to. */
export const ScopeLine = Type.Object(
  {
    scope: Type.String({ description: '`tenant:ID`, `domain:NAME`, `group:DOMAIN/NAME` or `user:ADDRESS`' }),
    level: Type.Enum(['operator', 'reseller', 'customer', 'domain', 'group', 'user']),
    name: Type.String(),
    above: Type.Array(Type.String(), { description: 'names of the levels above it, the highest first' }),
  },
  { additionalProperties: false },
)
export type ScopeLine = Static<typeof ScopeLine>

export const ScopeList = Type.Object(
  {
    here: orNull(ScopeLine),
    lines: Type.Array(ScopeLine, { description: 'each level after the one it belongs to' }),
    inAll: Type.Integer({ description: 'of groups and people at least so many' }),
  },
  { additionalProperties: false },
)
export type ScopeList = Static<typeof ScopeList>
