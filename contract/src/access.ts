import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

/** Who asks. */
export const Me = Type.Object(
  {
    who: Type.String({ description: '`manager:NAME`, `key:ID`, or `machine` while nobody has to sign in' }),
    name: Type.String({ description: 'for people to read' }),
    tenant: Type.String({ description: 'reached with everything below it' }),
    site: Type.String({ description: 'what this Mailkeep is called' }),
    domains: orNull(Type.Array(Type.String(), { description: 'only these; null: all' })),
    rights: Type.Array(Type.String()),
    vouches: Type.Boolean({
      description:
        'adds domains on his own word; false: a record in DNS proves them first (`/api/v1/domain-claims`)',
    }),
    viewAs: orNull(
      Type.Object(
        {
          tenant: Type.String(),
          role: Type.String(),
          domain: orNull(Type.String()),
          reason: Type.String(),
          until: Moment,
        },
        { additionalProperties: false, description: 'looks with the eyes of others, and may change nothing' },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Me = Static<typeof Me>

export const AuditQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    who: Type.Optional(Type.String({ maxLength: 100, description: 'part of who did it' })),
    what: Type.Optional(Type.String({ maxLength: 100, description: 'part of what was done' })),
    about: Type.Optional(Type.String({ maxLength: 100, description: 'part of the detail' })),
    since: Type.Optional(Moment),
    until: Type.Optional(Moment),
    after: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)
export type AuditQuery = Static<typeof AuditQuery>

export const AuditLine = Type.Object(
  {
    id: Type.Integer(),
    at: Moment,
    who: Type.String(),
    what: Type.String(),
    tenant: orNull(Type.String()),
    ip: Type.String({ description: 'empty for commands on the machine' }),
    detail: Type.Object({}, { additionalProperties: true }),
  },
  { additionalProperties: false },
)
export type AuditLine = Static<typeof AuditLine>

export const AuditList = Type.Object(
  { lines: Type.Array(AuditLine, { description: 'newest first' }), next: orNull(Type.String()) },
  { additionalProperties: false },
)
export type AuditList = Static<typeof AuditList>
