import { type Static, Type } from './schema.ts'
import { CompleteUpTo, givenName, Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }
const Id = Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9][a-z0-9-]*$' })
const DomainName = Type.String({ minLength: 1, maxLength: 253 })
const Address = Type.String({ minLength: 1, maxLength: 320 })
const Name = givenName(100)
const Next = orNull(Type.String({ description: 'for `after`; null: this was the last page' }))
const Etag = Type.String({ description: 'for If-Match' })

/** What every list takes. */
export const listParameters = {
  scope: Type.Optional(Scope),
  text: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'part of a name or address' }),
  ),
  after: Type.Optional(Type.String({ maxLength: 400, description: '`next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: '25 if absent' })),
}

export const TenantLevel = Type.Enum(['operator', 'reseller', 'customer'])

const tenantLine = {
  id: Id,
  parent: orNull(Id),
  level: TenantLevel,
  name: Type.String(),
  children: Type.Integer({ description: 'tenants directly below' }),
  domains: Type.Integer({ description: 'domains of its own' }),
  people: Type.Integer({ description: 'of these domains, without aliases' }),
}
export const TenantLine = Type.Object(tenantLine, closed)
export type TenantLine = Static<typeof TenantLine>

export const DirectoryTotals = Type.Object(
  {
    tenants: Type.Integer(),
    domains: Type.Integer(),
    people: Type.Integer(),
    aliases: Type.Integer(),
  },
  closed,
)
export type DirectoryTotals = Static<typeof DirectoryTotals>

export const TenantsQuery = Type.Object(
  { ...listParameters, below: Type.Optional({ ...Id, description: 'directly below this tenant' }) },
  closed,
)
export const TenantList = Type.Object({ lines: Type.Array(TenantLine), next: Next }, closed)
export type TenantList = Static<typeof TenantList>
export const TenantParams = Type.Object({ tenant: Id }, closed)
export const TenantDetail = Type.Object(
  {
    ...tenantLine,
    path: Type.Array(Type.Object({ id: Id, name: Type.String(), level: TenantLevel }, closed), {
      description: 'levels above it that are in reach, widest first',
    }),
    totals: { ...DirectoryTotals, description: 'with everything below it' },
    etag: Etag,
  },
  closed,
)
export type TenantDetail = Static<typeof TenantDetail>
export const NewTenant = Type.Object(
  {
    id: Id,
    parent: Type.Optional({ ...Id, description: 'your own tenant if absent' }),
    level: Type.Enum(['reseller', 'customer']),
    name: Name,
  },
  closed,
)
export const TenantChange = Type.Object({ name: Name }, closed)

/** Lights of a domain that stand in DNS. */
export const recordLights = ['mx', 'spf', 'autodiscover', 'dkim', 'dmarc', 'mta-sts', 'tls-rpt'] as const
const WrongLight = Type.Object(
  { name: Type.Enum(recordLights), state: Type.Enum(['amber', 'red']) },
  { ...closed, description: 'as in `GET /api/v1/domains/:domain/lights`' },
)

const domainLine = {
  name: DomainName,
  tenant: Id,
  tenantName: Type.String(),
  nextHop: Type.String(),
  anyRecipient: Type.Boolean({ description: 'every address gets mail, not only known people' }),
  people: Type.Integer(),
  addedAt: Moment,
  lights: orNull(
    Type.Object(
      {
        checkedAt: Moment,
        isUnknown: Type.Boolean({
          description: 'DNS has not said where mail goes (MX), or who may send (SPF)',
        }),
        wrong: Type.Array(WrongLight),
      },
      { ...closed, description: 'its records when they were last looked at; null: they were not yet' },
    ),
  ),
}
export const DomainLine = Type.Object(domainLine, closed)
export type DomainLine = Static<typeof DomainLine>
export const DomainsQuery = Type.Object(
  {
    ...listParameters,
    tenant: Type.Optional({ ...Id, description: 'of this tenant itself' }),
    wrong: Type.Optional(
      Type.Enum([...recordLights, 'any'], {
        description: 'only where this record was amber or red when it was last looked at; any: where one was',
      }),
    ),
  },
  closed,
)
export type DomainsQuery = Static<typeof DomainsQuery>
export const DomainList = Type.Object({ lines: Type.Array(DomainLine), next: Next }, closed)
export type DomainList = Static<typeof DomainList>
export const DomainParams = Type.Object({ domain: DomainName }, closed)
export const DomainDetail = Type.Object(
  {
    ...domainLine,
    mxName: Type.String({ description: 'the name that its MX record leads to' }),
    etag: Etag,
  },
  closed,
)
export type DomainDetail = Static<typeof DomainDetail>
const NextHop = Type.String({
  minLength: 4,
  maxLength: 1000,
  description: 'smtp://HOST[:PORT][,HOST...] or mx:DOMAIN; operators also lmtp:// and maildir:',
})
export const NewDomain = Type.Object(
  { name: DomainName, tenant: Id, nextHop: NextHop, anyRecipient: Type.Optional(Type.Boolean()) },
  closed,
)
export const DomainChange = Type.Object(
  {
    nextHop: Type.Optional(NextHop),
    anyRecipient: Type.Optional(Type.Boolean()),
    tenant: Type.Optional({ ...Id, description: 'moves it; its people, groups, mail and settings stay' }),
  },
  { ...closed, minProperties: 1 },
)

const personLine = {
  address: Address,
  domain: DomainName,
  tenant: Id,
  kind: Type.Enum(['user', 'alias']),
  owner: { ...Address, description: 'of an alias: whose it is' },
  displayName: Type.String(),
}
export const PersonLine = Type.Object(personLine, closed)
export type PersonLine = Static<typeof PersonLine>
export const PeopleQuery = Type.Object(
  {
    ...listParameters,
    domain: Type.Optional(DomainName),
    group: Type.Optional(Type.String({ maxLength: 400, description: 'id of a group' })),
  },
  closed,
)
export const PersonList = Type.Object({ lines: Type.Array(PersonLine), next: Next }, closed)
export type PersonList = Static<typeof PersonList>
export const SeenQuery = Type.Object({ domain: DomainName }, closed)
export const SeenRecipient = Type.Object(
  {
    address: Address,
    mails: Type.Integer({
      description: 'messages that the next hop took for this address, as far back as was looked',
    }),
    firstAt: Moment,
    lastAt: Moment,
  },
  closed,
)
export type SeenRecipient = Static<typeof SeenRecipient>
export const SeenRecipients = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    lines: Type.Array(SeenRecipient),
    lookedBackTo: Type.Union([Moment, Type.Null()], {
      description: 'mail from before was not looked at; null: all of it was',
    }),
  },
  closed,
)
export type SeenRecipients = Static<typeof SeenRecipients>
export const PersonParams = Type.Object({ address: Address }, closed)
export const PersonDetail = Type.Object(
  {
    ...personLine,
    aliases: Type.Array(Address),
    groups: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, closed)),
    addedAt: Moment,
    etag: Etag,
  },
  closed,
)
export type PersonDetail = Static<typeof PersonDetail>
const DisplayName = Type.String({ maxLength: 256 })
export const NewPeople = Type.Object(
  {
    people: Type.Array(
      Type.Object(
        {
          address: Address,
          aliasOf: Type.Optional({ ...Address, description: 'makes it an alias of this person' }),
          displayName: Type.Optional(DisplayName),
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  closed,
)
export const PeopleAdded = Type.Object({ added: Type.Integer(), changed: Type.Integer() }, closed)
export const PersonChange = Type.Object({ displayName: DisplayName }, closed)
export const Removed = Type.Object({ removed: Type.Integer() }, closed)

/** What stood at those who were removed, and ended with them. */
export const Ended = Type.Object(
  {
    rules: Type.Integer(),
    senders: Type.Integer({ description: 'entries of lists of senders' }),
    passwords: Type.Integer({ description: 'passwords of mail programs' }),
    keys: Type.Integer({ description: 'DKIM keys' }),
  },
  closed,
)

export const ImportOrder = Type.Object(
  {
    csv: Type.String({ minLength: 1, maxLength: 900_000, description: 'with a head line, as docs say' }),
    dryRun: Type.Optional(Type.Boolean({ description: 'only says what would be done' })),
    strict: Type.Optional(Type.Boolean({ description: 'one wrong line refuses all' })),
  },
  closed,
)
export const ImportReport = Type.Object(
  {
    lines: Type.Integer(),
    added: Type.Integer(),
    changed: Type.Integer(),
    wrong: Type.Integer(),
    problems: Type.Array(Type.Object({ line: Type.Integer(), text: Type.String() }, closed)),
    done: Type.Boolean(),
  },
  closed,
)
export type ImportReport = Static<typeof ImportReport>

export const GroupLine = Type.Object(
  { id: Type.String(), domain: DomainName, tenant: Id, name: Type.String(), members: Type.Integer() },
  closed,
)
export type GroupLine = Static<typeof GroupLine>
export const GroupsQuery = Type.Object({ ...listParameters, domain: Type.Optional(DomainName) }, closed)
export const GroupList = Type.Object({ lines: Type.Array(GroupLine), next: Next }, closed)
export type GroupList = Static<typeof GroupList>
export const NewGroup = Type.Object({ domain: DomainName, name: Name }, closed)
export const GroupParams = Type.Object({ group: Type.String({ minLength: 3, maxLength: 400 }) }, closed)
const Members = Type.Optional(Type.Array(Address, { maxItems: 500 }))
export const MembersChange = Type.Object({ add: Members, remove: Members }, { ...closed, minProperties: 1 })
