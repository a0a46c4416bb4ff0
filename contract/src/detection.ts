import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }
const Count = Type.Integer({ minimum: 0 })
const Version = Type.String({ minLength: 1, maxLength: 100 })
const Why = Type.String({ minLength: 3, maxLength: 300, description: 'stands in the audit log' })
const Stage = Type.Enum(['shadow', 'canary', 'active', 'retired', 'taken-back'], {
  description:
    'shadow: judges beside the active one and decides nothing; canary: decides about a share of the mail; taken-back: what it caught was judged again',
})

export const DefinitionSet = Type.Object(
  {
    version: Type.String(),
    stage: Stage,
    share: Type.Number({ description: 'share of the mail that goes by its word, from 0 to 1' }),
    since: orNull({ ...Moment, description: 'of this stage; null: since ever' }),
    addedAt: orNull({ ...Moment, description: 'null: it came with the program' }),
    addedBy: Type.String(),
    why: Type.String(),
    golden: orNull(
      Type.Object(
        { clean: Count, bad: Count },
        { ...closed, description: 'samples with known answers that it judged right before it was taken' },
      ),
    ),
  },
  closed,
)
export type DefinitionSet = Static<typeof DefinitionSet>

export const DefinitionTrial = Type.Object(
  {
    newer: Type.String(),
    older: Type.String(),
    messages: Type.Integer({ description: 'judged by both' }),
    newerHits: Type.Integer({ description: 'that it would keep, or keeps, from recipients' }),
    olderHits: Type.Integer(),
    gained: Type.Integer({ description: 'kept by the newer one alone' }),
    lost: Type.Integer({ description: 'kept by the older one alone' }),
    newerMs: Type.Number({ description: 'for a message' }),
    olderMs: Type.Number(),
    enough: Type.Object(
      { messages: Type.Integer(), ms: Type.Integer() },
      { ...closed, description: 'a stage ends after so many messages, or this time' },
    ),
  },
  closed,
)
export type DefinitionTrial = Static<typeof DefinitionTrial>

export const DefinitionList = Type.Object(
  {
    lines: Type.Array(DefinitionSet, { description: 'newest first' }),
    next: orNull(Type.String()),
    active: Type.String({ description: 'version that all mail goes by' }),
    canGoBack: Type.Boolean({ description: 'there is a set to go back to from the active one' }),
    trial: orNull(DefinitionTrial),
  },
  closed,
)
export type DefinitionList = Static<typeof DefinitionList>
export const DefinitionsQuery = Type.Object(
  {
    after: Type.Optional(Version),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  closed,
)
export const DefinitionOrder = Type.Object({ version: Version, why: Why }, closed)

export const Feed = Type.Object(
  {
    kind: Type.Enum(['definitions', 'signatures', 'hosts']),
    name: Type.String(),
    source: Type.String({ description: 'where new ones come from; empty: they are put in place by hand' }),
    version: Type.String({ description: 'in force; empty: none yet' }),
    madeAt: orNull(Moment),
    entries: orNull(Type.Integer()),
    fault: Type.String({ description: 'why it does not count, or is not taken; empty: all is well' }),
  },
  closed,
)
export type Feed = Static<typeof Feed>
export const FeedList = Type.Object({ lines: Type.Array(Feed), next: orNull(Type.String()) }, closed)
export type FeedList = Static<typeof FeedList>

export const OutsideList = Type.Object(
  {
    zone: Type.String(),
    asked: Type.String({ description: 'about what: address or domain' }),
    isOff: Type.Boolean({ description: 'weighs nothing; it is asked on for evidence' }),
    offBySettings: Type.Boolean(),
    offSince: orNull(Moment),
    offBy: Type.String(),
    offWhy: Type.String(),
    kept: Type.Integer({ description: 'messages of the last day that it helped into quarantine' }),
    released: Type.Integer({ description: 'of the last day that people released' }),
  },
  closed,
)
export type OutsideList = Static<typeof OutsideList>
export const OutsideLists = Type.Object(
  { lines: Type.Array(OutsideList), next: orNull(Type.String()) },
  closed,
)
export type OutsideLists = Static<typeof OutsideLists>
export const OutsideListTests = Type.Object(
  {
    testedAt: Moment,
    tests: Type.Array(
      Type.Object(
        { zone: Type.String(), why: Type.String({ description: 'empty: it passed' }), ms: Type.Integer() },
        closed,
      ),
    ),
  },
  closed,
)
export type OutsideListTests = Static<typeof OutsideListTests>
export const OutsideListSwitch = Type.Object(
  { zone: Type.String({ minLength: 1, maxLength: 253 }), isOff: Type.Boolean(), why: Why },
  closed,
)

const layer = Type.Object(
  {
    version: Type.String(),
    stage: Stage,
    share: Type.Number(),
    since: Moment,
    madeAt: Moment,
    why: Type.String(),
    examples: Type.Integer({ description: 'that it was made from' }),
  },
  closed,
)
export const TaughtLine = Type.Object(
  {
    tenant: Type.String(),
    name: Type.String(),
    isOn: Type.Boolean({ description: 'learns, and what was learnt counts' }),
    unwanted: Type.Integer({ description: 'reports that mail was unwanted' }),
    wanted: Type.Integer({ description: 'releases' }),
    people: Type.Integer(),
    newestAt: orNull(Moment),
    layer: orNull(layer),
  },
  closed,
)
export type TaughtLine = Static<typeof TaughtLine>
export const TaughtQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    after: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  closed,
)
export const TaughtList = Type.Object({ lines: Type.Array(TaughtLine), next: orNull(Type.String()) }, closed)
export type TaughtList = Static<typeof TaughtList>
export const TaughtParams = Type.Object({ tenant: Type.String({ minLength: 1, maxLength: 63 }) }, closed)
export const TaughtDetail = Type.Object(
  {
    ...TaughtLine.properties,
    layers: Type.Array(layer, { description: 'the newest 20' }),
    missing: orNull(Type.String({ description: 'why there is not enough to learn from yet' })),
  },
  closed,
)
export type TaughtDetail = Static<typeof TaughtDetail>
