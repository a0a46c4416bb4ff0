import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }

export const RoleName = Type.Enum(['operator', 'administrator', 'technical', 'quarantine', 'reader'])

/** The five roles side by side. */
export const RoleList = Type.Object(
  {
    rights: Type.Array(
      Type.Object({ right: Type.String(), means: Type.String({ description: 'in words' }) }, closed),
    ),
    roles: Type.Array(
      Type.Object(
        {
          role: RoleName,
          name: Type.String(),
          rights: Type.Array(Type.String()),
          mayGive: Type.Boolean({ description: 'whether you may give it to somebody' }),
        },
        closed,
      ),
    ),
    keyScopes: Type.Array(Type.Object({ scope: Type.String(), rights: Type.Array(Type.String()) }, closed)),
  },
  closed,
)
export type RoleList = Static<typeof RoleList>

export const ManagerName = Type.String({
  pattern: '^[a-z0-9][a-z0-9._@+-]{0,99}$',
  description: 'what he signs in with',
})
export const ManagerParams = Type.Object({ manager: ManagerName }, closed)

const managed = {
  displayName: Type.String({ maxLength: 100 }),
  address: Type.String({ maxLength: 320, description: 'where notices go; empty: nowhere' }),
  role: RoleName,
  tenant: Type.String({ maxLength: 100, description: 'reached with everything below it' }),
  domains: orNull(
    Type.Array(Type.String({ maxLength: 400 }), {
      maxItems: 200,
      description: 'only these, or groups and people as `group:DOMAIN/NAME` and `user:ADDRESS`; null: all',
    }),
  ),
  needsSecondFactor: Type.Boolean({ description: 'has to set one up before anything else' }),
}

export const ManagerView = Type.Object(
  {
    name: ManagerName,
    ...managed,
    hasPassword: Type.Boolean(),
    hasAuthenticator: Type.Boolean(),
    passkeys: Type.Integer(),
    recoveryCodes: Type.Integer({ description: 'how many are left' }),
    createdAt: Moment,
    createdBy: Type.String(),
    disabledAt: orNull(Moment),
    keys: Type.Integer({
      description: 'how many keys in your reach he has made; they go on without him (`/api/v1/keys?madeBy=`)',
    }),
    mayChange: Type.Boolean({ description: 'whether you may change him' }),
  },
  closed,
)
export type ManagerView = Static<typeof ManagerView>

export const ManagersQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    search: Type.Optional(Type.String({ maxLength: 100, description: 'part of a name or address' })),
    role: Type.Optional(RoleName),
    after: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  closed,
)
export type ManagersQuery = Static<typeof ManagersQuery>

export const ManagerList = Type.Object(
  { lines: Type.Array(ManagerView), next: orNull(Type.String()) },
  closed,
)
export type ManagerList = Static<typeof ManagerList>

/** What need not be said of a manager. */
const optional = {
  displayName: Type.Optional(managed.displayName),
  address: Type.Optional(managed.address),
  domains: Type.Optional(managed.domains),
  needsSecondFactor: Type.Optional(managed.needsSecondFactor),
}

export const NewManager = Type.Object(
  {
    name: ManagerName,
    role: RoleName,
    tenant: managed.tenant,
    ...optional,
  },
  closed,
)
export type NewManager = Static<typeof NewManager>

export const ManagerChange = Type.Object(
  {
    role: Type.Optional(RoleName),
    tenant: Type.Optional(managed.tenant),
    ...optional,
  },
  closed,
)
export type ManagerChange = Static<typeof ManagerChange>

export const SignInLinkMade = Type.Object(
  {
    manager: ManagerView,
    link: Type.String({ description: 'signs in once, within a day; shown this once' }),
  },
  closed,
)
export const EmptyBody = Type.Object({}, closed)
export const Done = Type.Object({ done: Type.Integer() }, closed)
