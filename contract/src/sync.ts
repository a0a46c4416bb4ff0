import { type Static, Type } from './schema.ts'
import { givenName, Moment, orNull, Scope } from './shared.ts'

const strict = { additionalProperties: false }
const Id = Type.String({ pattern: '^[0-9a-z]{16}$' })
const After = Type.Optional(
  Type.String({ pattern: '^[0-9a-z]{1,16}$', description: '`next` of the page before' }),
)
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 }))

export const SyncKind = Type.Enum(['csv', 'ldap', 'graph', 'google', 'scim'], {
  description: 'graph: Microsoft 365; google: Google Workspace; scim: the directory pushes its people',
})
export type SyncKind = Static<typeof SyncKind>

const Settings = Type.Object(
  {},
  {
    additionalProperties: true,
    maxProperties: 30,
    description:
      'by kind: csv `path`; ldap `url startTls ca bindDn base filter addressAttribute aliasAttributes nameAttribute idAttribute groupAttribute pageSize`; graph `directoryId clientId baseUrl loginUrl ca groups`; google `customer admin baseUrl ca groups`; scim none',
  },
)

export const SyncFault = Type.Object(
  {
    code: Type.String(),
    what: Type.String({ description: 'in plain words' }),
    todo: Type.String({ description: 'what a person can do about it' }),
    detail: Type.String({ description: 'what the other side said' }),
    since: Moment,
    lastAt: Moment,
  },
  strict,
)
export type SyncFault = Static<typeof SyncFault>

export const SyncToken = Type.Object(
  {
    id: Id,
    createdAt: Moment,
    createdBy: Type.String(),
    usedAt: orNull(Moment),
  },
  { ...strict, description: 'the token itself cannot be read again; last use to the hour' },
)
export type SyncToken = Static<typeof SyncToken>

export const SyncSource = Type.Object(
  {
    id: Id,
    tenant: Type.String(),
    name: Type.String(),
    kind: SyncKind,
    settings: Settings,
    domains: orNull(
      Type.Array(Type.String(), { description: 'only these domains; null: all of the tenant' }),
    ),
    takesOver: Type.Boolean({
      description: 'people who were added by hand, and are found in it, belong to it from then on',
    }),
    hasSecret: Type.Boolean({ description: 'the secret itself cannot be read again' }),
    fileBytes: orNull(Type.Integer()),
    pushAddress: orNull(
      Type.String({ description: 'where a directory pushes its people to (RFC 7644); of kind scim only' }),
    ),
    tokens: Type.Array(SyncToken, { description: 'what a directory that pushes shows' }),
    state: Type.Enum(['draft', 'previewed', 'enabled', 'disabled'], {
      description: 'draft: nobody has seen yet what it would do; previewed: it may be enabled',
    }),
    isRunning: Type.Boolean(),
    people: Type.Integer({ description: 'people and aliases that it has brought' }),
    createdAt: Moment,
    createdBy: Type.String(),
    dueAt: orNull(Moment),
    goodAt: orNull(Moment),
    fault: orNull(SyncFault),
    waitingRun: orNull(Type.String({ description: 'run whose loss waits to be confirmed' })),
  },
  strict,
)
export type SyncSource = Static<typeof SyncSource>

export const SyncSourcesQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    domain: Type.Optional(
      Type.String({ maxLength: 255, description: 'only sources that bring people of this domain' }),
    ),
    after: After,
    limit: Limit,
  },
  strict,
)

export const SyncSourceList = Type.Object(
  { lines: Type.Array(SyncSource), next: orNull(Type.String()) },
  strict,
)
export type SyncSourceList = Static<typeof SyncSourceList>

const Name = givenName(200)
const Domains = orNull(Type.Array(Type.String({ maxLength: 255 }), { minItems: 1, maxItems: 1000 }))
const Secret = Type.String({
  minLength: 1,
  maxLength: 65_536,
  description: 'password, client secret or service account key; written only',
})

export const NewSyncSource = Type.Object(
  {
    tenant: Type.String({ maxLength: 100 }),
    name: Name,
    kind: SyncKind,
    settings: Settings,
    domains: Type.Optional(Domains),
    takesOver: Type.Optional(Type.Boolean()),
    secret: Type.Optional(Secret),
  },
  strict,
)
export type NewSyncSource = Static<typeof NewSyncSource>

export const SyncSourceChange = Type.Object(
  {
    name: Type.Optional(Name),
    settings: Type.Optional(Settings),
    domains: Type.Optional(Domains),
    takesOver: Type.Optional(Type.Boolean()),
    secret: Type.Optional(Secret),
  },
  { ...strict, minProperties: 1 },
)
export type SyncSourceChange = Static<typeof SyncSourceChange>

export const SyncFile = Type.Object({ content: Type.String({ minLength: 1, maxLength: 900_000 }) }, strict)

export const SyncSourceParams = Type.Object({ id: Id }, strict)
export const SyncTokenParams = Type.Object({ id: Id, token: Id }, strict)
export const SyncTokenMade = Type.Object(
  {
    source: SyncSource,
    token: Type.String({ description: 'sent as `Authorization: Bearer …`; shown this once' }),
  },
  strict,
)

export const SyncNothing = Type.Object({}, strict)

export const SyncRun = Type.Object(
  {
    id: Id,
    source: Id,
    kind: Type.Enum(['test', 'preview', 'run']),
    state: Type.Enum(['queued', 'running', 'done', 'failed', 'waiting'], {
      description:
        'waiting: it would take away too much at once, and has done nothing until somebody confirms',
    }),
    orderedBy: Type.String(),
    confirms: orNull(Type.String()),
    queuedAt: Moment,
    startedAt: orNull(Moment),
    endedAt: orNull(Moment),
    counts: Type.Object(
      {
        found: Type.Integer(),
        add: Type.Integer(),
        change: Type.Integer(),
        remove: Type.Integer(),
        take: Type.Integer(),
        kept: Type.Integer(),
        skipped: Type.Integer(),
        elsewhere: Type.Integer({ description: 'addresses in domains that the source is not for' }),
        unchanged: Type.Integer(),
      },
      strict,
    ),
    fault: orNull(
      Type.Object(
        { code: Type.String(), what: Type.String(), todo: Type.String(), detail: Type.String() },
        strict,
      ),
    ),
  },
  strict,
)
export type SyncRun = Static<typeof SyncRun>

export const SyncRunsQuery = Type.Object({ after: After, limit: Limit }, strict)
export const SyncRunList = Type.Object({ lines: Type.Array(SyncRun), next: orNull(Type.String()) }, strict)
export type SyncRunList = Static<typeof SyncRunList>

const kinds = ['add', 'change', 'remove', 'take', 'kept', 'skipped'] as const
export const SyncLineKind = Type.Enum(kinds, {
  description:
    'take: belongs to the source from now on; kept: left alone; skipped: cannot be read as a person',
})
export type SyncLineKind = (typeof kinds)[number]

export const SyncLinesQuery = Type.Object(
  {
    kind: Type.Optional(SyncLineKind),
    text: Type.Optional(Type.String({ maxLength: 320, description: 'part of an address' })),
    after: Type.Optional(Type.String({ pattern: '^\\d{1,9}$', description: '`next` of the page before' })),
    limit: Limit,
  },
  strict,
)

const SyncRow = Type.Object(
  {
    kind: Type.Enum(['user', 'alias']),
    owner: Type.String(),
    displayName: Type.String(),
    groups: Type.Array(Type.String()),
  },
  strict,
)
export type SyncRow = Static<typeof SyncRow>

export const SyncLine = Type.Object(
  {
    n: Type.Integer(),
    kind: SyncLineKind,
    address: Type.String(),
    before: orNull(SyncRow),
    after: orNull(SyncRow),
    why: Type.String(),
  },
  strict,
)
export type SyncLine = Static<typeof SyncLine>

export const SyncLineList = Type.Object({ lines: Type.Array(SyncLine), next: orNull(Type.String()) }, strict)
export type SyncLineList = Static<typeof SyncLineList>

export const SyncConfirmation = Type.Object({ run: Id }, strict)

export const SyncNotice = Type.Object(
  {
    tenant: Type.String(),
    kind: SyncKind,
    code: Type.String(),
    what: Type.String(),
    todo: Type.String(),
    source: Type.String(),
    since: Moment,
  },
  strict,
)
export const SyncNoticesQuery = Type.Object({ scope: Type.Optional(Scope), limit: Limit }, strict)
export const SyncNoticeList = Type.Object({ lines: Type.Array(SyncNotice) }, strict)
export type SyncNoticeList = Static<typeof SyncNoticeList>

export const SyncRemoved = Type.Object({ removed: Id }, strict)
