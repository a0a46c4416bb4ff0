import { Level } from './policy-levels.ts'
import { Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

/** Conditions and actions are read by the server, which says in words what is wrong; see docs/reference/rules.md. */
export const RuleText = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 200 })),
    direction: Type.Optional(Type.Enum(['inbound', 'outbound', 'both'])),
    conditions: Type.Array(Type.Object({}, { additionalProperties: true }), {
      maxItems: 50,
      description: '`{"field":"subject","test":"contains","values":["invoice"]}`; see [rules](rules.md)',
    }),
    exceptions: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }), { maxItems: 50 })),
    actions: Type.Array(Type.Object({}, { additionalProperties: true }), {
      maxItems: 20,
      description: '`{"do":"quarantine"}`',
    }),
  },
  { additionalProperties: false },
)
export type RuleText = Static<typeof RuleText>

const Condition = Type.Object(
  {
    field: Type.String(),
    header: Type.Optional(Type.String()),
    test: Type.String(),
    values: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)
export type RuleCondition = Static<typeof Condition>

export const Rule = Type.Object(
  {
    id: Type.String(),
    level: Type.String(),
    place: Type.Integer({ description: 'among the rules of its level; the first is 1 and decides first' }),
    name: Type.String(),
    direction: Type.Enum(['inbound', 'outbound', 'both']),
    conditions: Type.Array(Condition),
    exceptions: Type.Array(Condition),
    actions: Type.Array(Type.Object({}, { additionalProperties: true })),
    enabled: Type.Boolean(),
    locked: Type.Boolean({ description: 'it comes before all rules of levels below' }),
    owner: Type.String({ description: 'who hears when it is paused' }),
    changedAt: Moment,
    changedBy: Type.String(),
    paused: orNull(
      Type.Object(
        { at: Moment, why: Type.String(), samples: Type.Array(Type.String()) },
        { additionalProperties: false },
      ),
    ),
    etag: Type.String(),
  },
  { additionalProperties: false },
)
export type Rule = Static<typeof Rule>

export const RulesQuery = Type.Object(
  {
    level: Level,
    after: Type.Optional(Type.String({ pattern: '^\\d{1,4}$' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)
const Hits = Type.Object(
  {
    deliveries: Type.Integer({
      description: 'deliveries and refusals for which it held; 10,000: so many or more',
    }),
    since: {
      ...Moment,
      description:
        'of mail received since: a day ago, or since when the index of messages knows which rule it was',
    },
  },
  { additionalProperties: false },
)
export const RuleLine = Type.Object(
  {
    ...Rule.properties,
    hits: Type.Union([Hits, Type.Null()], { description: 'null: the index of messages cannot be asked' }),
  },
  { additionalProperties: false },
)
export type RuleLine = Static<typeof RuleLine>
export const RuleList = Type.Object(
  {
    completeUpTo: Type.Union([Moment, Type.Null()], {
      description: 'up to when hits are complete; null: nothing is certain',
    }),
    lines: Type.Array(RuleLine, { description: 'in order; long lists of values are cut to 100' }),
    next: Next,
    total: Type.Integer(),
  },
  { additionalProperties: false },
)
export type RuleList = Static<typeof RuleList>

export const RuleParams = Type.Object(
  { rule: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }) },
  { additionalProperties: false },
)
const Traits = {
  enabled: Type.Optional(Type.Boolean()),
  locked: Type.Optional(Type.Boolean()),
  owner: Type.Optional(Type.String({ maxLength: 320 })),
}
export const NewRule = Type.Object(
  { level: Level, rule: RuleText, ...Traits },
  { additionalProperties: false },
)
export const RuleChange = Type.Object({ rule: RuleText, ...Traits }, { additionalProperties: false })
export const RulePlace = Type.Object(
  { place: Type.Integer({ minimum: 1, maximum: 500 }) },
  { additionalProperties: false },
)
export const RuleSwitch = Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false })
export const RuleCopy = Type.Object({ level: Level }, { additionalProperties: false })
export const RuleQuestion = Type.Object({ level: Level, rule: RuleText }, { additionalProperties: false })
export const RuleJudged = Type.Object(
  { ok: Type.Boolean(), why: orNull(Type.String({ description: 'what is wrong, in words' })) },
  { additionalProperties: false },
)
export type RuleJudged = Static<typeof RuleJudged>

export const RuleFile = Type.Object({}, { additionalProperties: true })
export const RulesImport = Type.Object(
  {
    level: Level,
    file: RuleFile,
    replace: Type.Optional(Type.Boolean({ description: 'the rules that the level has now go' })),
    off: Type.Optional(Type.Boolean({ description: 'none of them runs before it is switched on' })),
  },
  { additionalProperties: false },
)
export const RulesAdded = Type.Object({ rules: Type.Array(Type.String()) }, { additionalProperties: false })

/** What rules are made of, for whoever writes one. */
export const RuleWords = Type.Object(
  {
    fields: Type.Array(
      Type.Object(
        { field: Type.String(), tests: Type.Array(Type.String()) },
        { additionalProperties: false },
      ),
    ),
    actions: Type.Array(Type.String()),
    holds: Type.Array(Type.String({ description: 'templates that `holds` takes' })),
    templates: Type.Array(
      Type.Object(
        { name: Type.String(), about: Type.String(), needs: orNull(Type.String()) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type RuleWords = Static<typeof RuleWords>
export const TemplateQuestion = Type.Object(
  {
    level: Level,
    template: Type.String({ maxLength: 60 }),
    with: Type.Optional(Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 100 })),
  },
  { additionalProperties: false },
)
