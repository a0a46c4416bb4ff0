import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

/** A level of tenancy that settings, lists and rules stand at. */
export const Level = Type.String({
  maxLength: 400,
  pattern: '^(tenant|domain|group|user):.+$',
  description:
    '`tenant:ID`, `domain:NAME`, `group:DOMAIN/NAME` or `user:ADDRESS`. 404: none such is in reach',
})
export const LevelKind = Type.Enum(['operator', 'reseller', 'customer', 'domain', 'group', 'user'])
export type LevelKind = Static<typeof LevelKind>

export const LevelQuery = Type.Object({ level: Level }, { additionalProperties: false })
export const LevelLine = Type.Object(
  { level: Type.String(), kind: LevelKind, title: Type.String() },
  { additionalProperties: false },
)
export type LevelLine = Static<typeof LevelLine>

export const LevelsQuery = Type.Object(
  {
    of: Type.Optional(Level),
    find: Type.Optional(Type.String({ minLength: 1, maxLength: 320, description: 'part of a name' })),
    after: Type.Optional(After),
    limit: Type.Optional(Limit),
  },
  { additionalProperties: false },
)
export const LevelList = Type.Object(
  {
    chain: Type.Array(LevelLine, {
      description: 'the level that was asked for and those above it in reach, widest first',
    }),
    lines: Type.Array(LevelLine, { description: 'those right below it; or what was found' }),
    next: Next,
  },
  { additionalProperties: false },
)
export type LevelList = Static<typeof LevelList>

/** Where a value comes from. */
export const ValueSource = Type.Object(
  {
    kind: Type.Union([LevelKind, Type.Enum(['default'])]),
    level: orNull(Type.String({ description: 'null: the default, or a level above your reach' })),
  },
  { additionalProperties: false },
)
export type ValueSource = Static<typeof ValueSource>

export const PolicySetting = Type.Object(
  {
    name: Type.String(),
    value: Type.String({ description: 'in force; empty: what the check says' }),
    from: ValueSource,
    own: orNull(Type.String({ description: 'set at this level; null: inherited' })),
    inherited: Type.String({ description: 'what would be in force without `own`' }),
    inheritedFrom: ValueSource,
    locked: Type.Boolean({ description: 'this level keeps those below from changing it' }),
    lockedBy: orNull(ValueSource),
    default: Type.String(),
    takes: Type.String({ description: 'what it takes, in words' }),
    choices: orNull(Type.Array(Type.String())),
    least: orNull(Type.Integer()),
    most: orNull(Type.Integer()),
    help: Type.String(),
  },
  { additionalProperties: false },
)
export type PolicySetting = Static<typeof PolicySetting>

export const LevelSettings = Type.Object(
  {
    level: LevelLine,
    chain: Type.Array(LevelLine),
    etag: Type.String({ description: 'for If-Match, so that nobody overwrites what he has not seen' }),
    settings: Type.Array(PolicySetting, {
      description: 'all settings; then `weight.CODE` of each finding that a check may give',
    }),
    version: orNull(Type.Integer({ description: 'the version that this answer has made; null: none' })),
  },
  { additionalProperties: false },
)
export type LevelSettings = Static<typeof LevelSettings>

export const SettingChange = Type.Object(
  {
    name: Type.String({ maxLength: 100 }),
    value: orNull(Type.String({ maxLength: 200, description: 'null: back to what is inherited' })),
    locked: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type SettingChange = Static<typeof SettingChange>

/** What a change of how long mail is kept may delete at once. */
const MayLeave = Type.Integer({
  minimum: 0,
  maximum: 10_000_000,
  default: 0,
  description:
    'messages that may leave at once, for good, as `/policy/leaving` or `/policy/versions/:version/leaving` has said, also where it could not look at all; of several settings all of them. 409: more would',
})

export const SettingsOrder = Type.Object(
  {
    changes: Type.Array(SettingChange, { minItems: 1, maxItems: 200, description: 'all of them, or none' }),
    leaving: Type.Optional(MayLeave),
  },
  { additionalProperties: false },
)

export const UndoQuery = Type.Object({ leaving: Type.Optional(MayLeave) }, { additionalProperties: false })

const keptDays = ['quarantine.days', 'returned.days', 'held.days'] as const

export const LeavingQuery = Type.Object(
  {
    level: Level,
    setting: Type.Optional(
      Type.Enum(keptDays, {
        default: 'quarantine.days',
        description: 'what is kept: mail in quarantine, the content of returned mail, held mail',
      }),
    ),
    value: Type.Optional(
      Type.String({ maxLength: 10, description: 'as the setting would be; without it inherited' }),
    ),
    locked: Type.Optional(Type.Boolean({ description: 'whether it would be locked for levels below' })),
  },
  { additionalProperties: false },
)
export type LeavingQuery = Static<typeof LeavingQuery>

export const Leaving = Type.Object(
  {
    leaving: Type.Integer({
      description:
        'deliveries that would leave quarantine at once, messages that would lose their content, or held ones that would go back',
    }),
    isCut: Type.Boolean({
      description: 'more is there than was looked at, and the rest is counted as leaving: it may be fewer',
    }),
  },
  { additionalProperties: false },
)

/** What leaves by taking a version back: all that it has changed is counted together. */
export const VersionLeaving = Type.Object(
  {
    leaving: Type.Integer({ description: 'of all settings; what `leaving` of the order has to say' }),
    settings: Type.Array(
      Type.Object({ setting: Type.Enum(keptDays), ...Leaving.properties }, { additionalProperties: false }),
      { description: 'those that the version has changed' },
    ),
  },
  { additionalProperties: false },
)
export type VersionLeaving = Static<typeof VersionLeaving>

export const VersionEdit = Type.Object(
  {
    what: Type.Enum(['setting', 'sender', 'rule', 'order']),
    level: Type.String(),
    subject: Type.String({ description: 'name of the setting, entry of the list, id of the rule' }),
    title: Type.String({ description: 'what was done, in words' }),
    before: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()]),
    after: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()]),
  },
  { additionalProperties: false },
)
export type VersionEdit = Static<typeof VersionEdit>

export const PolicyVersion = Type.Object(
  {
    version: Type.Integer(),
    at: Moment,
    who: Type.String(),
    what: Type.String(),
    level: Type.String(),
    tenant: Type.String(),
    undoes: orNull(Type.Integer()),
    undoneBy: orNull(Type.Integer()),
    count: Type.Integer({ description: 'edits that it made' }),
    edits: Type.Array(VersionEdit, {
      description:
        'in a list the first five; else the first 500; entries of lists of senders only with the right `mail.read` or `lists.write`',
    }),
  },
  { additionalProperties: false },
)
export type PolicyVersion = Static<typeof PolicyVersion>

export const VersionsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    level: Type.Optional(Level),
    after: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the page before' })),
    limit: Type.Optional(Limit),
  },
  { additionalProperties: false },
)
export const VersionList = Type.Object(
  { lines: Type.Array(PolicyVersion, { description: 'newest first' }), next: Next },
  { additionalProperties: false },
)
export type VersionList = Static<typeof VersionList>
export const VersionParams = Type.Object(
  { version: Type.String({ pattern: '^\\d{1,15}$' }) },
  { additionalProperties: false },
)
export const Changed = Type.Object(
  { version: orNull(Type.Integer({ description: 'of the change; null: it was so already' })) },
  { additionalProperties: false },
)
