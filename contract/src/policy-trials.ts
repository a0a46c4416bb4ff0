import { Proposal } from './policy-bench.ts'
import { Level, VersionEdit } from './policy-levels.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

export const TrialStage = Type.Enum(['shadow', 'canary', 'promoted', 'taken-back'])
export type TrialStage = Static<typeof TrialStage>

const counts = {
  messages: Type.Integer({ description: 'messages with a delivery that was judged by both' }),
  deliveries: Type.Integer({ description: 'judged by both' }),
  changed: Type.Integer({ description: 'fare otherwise with the change' }),
  heldBefore: Type.Integer({ description: 'kept from their recipients without the change' }),
  heldAfter: Type.Integer({ description: 'and with it' }),
  freedBad: Type.Integer({ description: 'kept as virus or phishing without the change, delivered with it' }),
  failed: Type.Integer({ description: 'messages for which it could not be asked; they went as without it' }),
}

export const TrialOrder = Type.Object(
  {
    level: Level,
    proposal: Proposal,
    guard: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1000,
        default: 3,
        description:
          'stopped by itself where it would hold more than so many times what is held without it; 0: never, and not together with bySteps',
      }),
    ),
    promoteAfterHours: Type.Optional(
      orNull(
        Type.Integer({
          minimum: 1,
          maximum: 720,
          description: 'promoted by itself then, if nothing speaks against it; null: by a person alone',
        }),
      ),
    ),
    bySteps: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'goes by itself from the shadow to 1 % of the people, 10 %, and all; not together with promoteAfterHours',
      }),
    ),
  },
  { additionalProperties: false },
)

const fields = {
  id: Type.String(),
  level: Type.String(),
  tenant: Type.String(),
  stage: TrialStage,
  share: Type.Number({ description: 'of the people of the level that it is in force for' }),
  people: Type.Array(Type.String(), { description: 'in force for these, whatever the share' }),
  since: Moment,
  addedAt: Moment,
  addedBy: Type.String(),
  movedBy: Type.String({ description: 'who has put it into its stage; mailkeep: it went by itself' }),
  why: Type.String(),
  guard: Type.Number(),
  promoteAfterHours: orNull(Type.Number()),
  bySteps: Type.Boolean({ description: 'goes by itself to 1 % of the people, 10 %, and all' }),
  version: orNull(Type.Integer({ description: 'what promoting it has made' })),
  edits: Type.Array(VersionEdit, {
    description: 'entries of lists of senders only with the right `mail.read` or `lists.write`',
  }),
  counts: Type.Object(counts, {
    additionalProperties: false,
    description: 'of its stage; of one that ended, of the last stage in which it was on trial',
  }),
}

export const PolicyTrial = Type.Object(fields, { additionalProperties: false })
export type PolicyTrial = Static<typeof PolicyTrial>

export const TrialDetails = Type.Object(
  {
    ...fields,
    next: orNull(
      Type.String({
        description: 'what it does next by itself, and when; null: nothing before a person moves it',
      }),
    ),
    waitsFor: orNull(
      Type.String({
        description:
          'what a person has to read before it goes on, where it goes by itself else; null: nothing',
      }),
    ),
    steps: Type.Array(
      Type.Object(
        {
          stage: Type.Enum(['shadow', 'canary']),
          share: Type.Number(),
          people: Type.Integer({ description: 'in force for so many by name' }),
          since: Moment,
          until: orNull(Moment),
          endedBy: orNull(
            Type.String({ description: 'mailkeep: it went on by itself; null: it is under way' }),
          ),
          why: orNull(Type.String({ description: 'what came then' })),
          ...counts,
        },
        { additionalProperties: false },
      ),
      {
        description:
          'stages, and shares of the people, with what each has measured; the oldest first, at most 100',
      },
    ),
    hours: Type.Array(
      Type.Object(
        { stage: Type.Enum(['shadow', 'canary']), hour: Moment, ...counts },
        { additionalProperties: false },
      ),
      { description: 'the oldest first, at most 1000' },
    ),
    differences: Type.Array(
      Type.Object(
        {
          messageId: Type.String({ description: 'empty without the right `mail.read`' }),
          at: Moment,
          stage: Type.Enum(['shadow', 'canary']),
          before: Type.String(),
          after: Type.String(),
          because: Type.String({
            description:
              'the rule, entry or setting that makes the difference; `an entry of the lists` for whoever reads no lists of senders',
          }),
          recipients: Type.Integer(),
        },
        { additionalProperties: false },
      ),
      { description: 'the newest first, at most 200' },
    ),
  },
  { additionalProperties: false },
)
export type TrialDetails = Static<typeof TrialDetails>

export const TrialsQuery = Type.Object(
  { scope: Type.Optional(Scope), level: Type.Optional(Level) },
  { additionalProperties: false },
)
export const PolicyTrialList = Type.Object(
  { lines: Type.Array(PolicyTrial, { description: 'those on trial first, then the newest; at most 100' }) },
  { additionalProperties: false },
)
export type PolicyTrialList = Static<typeof PolicyTrialList>

export const TrialParams = Type.Object(
  { trial: Type.String({ pattern: '^c-[a-z0-9]{7}$' }) },
  { additionalProperties: false },
)
export const TrialCanary = Type.Object(
  {
    share: Type.Number({ minimum: 0, maximum: 1, description: 'of the people of the level, by address' }),
    people: Type.Optional(
      Type.Array(Type.String({ maxLength: 320 }), {
        maxItems: 500,
        description: 'these, whatever the share',
      }),
    ),
  },
  { additionalProperties: false },
)
export const TrialWhy = Type.Object(
  { why: Type.Optional(Type.String({ maxLength: 300 })) },
  { additionalProperties: false },
)
