import { Level } from './policy-levels.ts'
import { RuleText } from './policy-rules.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'
import { Task } from './task.ts'

/** A rule that is not saved yet, or another text of one that is. */
export const ProposedRule = Type.Object(
  {
    id: orNull(
      Type.String({
        maxLength: 40,
        description: 'the rule that it replaces; null: a new one, behind the others',
      }),
    ),
    text: orNull(RuleText),
    enabled: Type.Optional(Type.Boolean()),
    locked: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, description: '`text` null: as if the rule were deleted' },
)
export type ProposedRule = Static<typeof ProposedRule>

export const Proposal = Type.Object(
  {
    rule: Type.Optional(ProposedRule),
    settings: Type.Optional(
      Type.Array(
        Type.Object(
          { name: Type.String({ maxLength: 100 }), value: orNull(Type.String({ maxLength: 200 })) },
          { additionalProperties: false },
        ),
        { maxItems: 200 },
      ),
    ),
    senders: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kind: Type.Enum(['allow', 'block']),
            entry: Type.String({ maxLength: 400 }),
            on: Type.Boolean({ description: 'false: as if it were taken off' }),
          },
          { additionalProperties: false },
        ),
        { maxItems: 500 },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Proposal = Static<typeof Proposal>

export const BenchQuestion = Type.Object(
  {
    level: Level,
    proposal: Type.Optional(Proposal),
    messageId: Type.Optional(
      Type.String({
        pattern: '^[0-9a-z]{16}$',
        description: 'a kept message; asks for the right content.read',
      }),
    ),
    message: Type.Optional(Type.String({ maxLength: 900_000, description: 'or its source' })),
    envelope: Type.Optional(
      Type.Object(
        {
          ip: Type.Optional(Type.String({ maxLength: 45 })),
          helo: Type.Optional(Type.String({ maxLength: 255 })),
          mailFrom: Type.Optional(Type.String({ maxLength: 320 })),
          rcptTo: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 20 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type BenchQuestion = Static<typeof BenchQuestion>

const Outcome = Type.Object(
  {
    recipient: Type.String(),
    verdict: Type.String(),
    disposition: Type.String(),
    score: Type.Integer(),
    tolerance: Type.Integer(),
    because: orNull(Type.String({ description: 'code of the finding that decided' })),
  },
  { additionalProperties: false },
)

const AskedRule = Type.Object(
  {
    id: Type.String({ description: '`proposed`: the one that is not saved yet' }),
    name: Type.String(),
    level: Type.String(),
    holds: Type.Boolean(),
    stopped: Type.Boolean({ description: 'it took longer than a rule may, and counts as not holding' }),
    ms: Type.Number(),
    on: Type.Array(
      Type.Object(
        {
          part: Type.Enum(['condition', 'exception']),
          field: Type.String(),
          test: Type.String(),
          value: Type.String({ description: 'the first that holds' }),
        },
        { additionalProperties: false },
      ),
    ),
    recipients: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)
export type AskedRule = Static<typeof AskedRule>

export const BenchAnswer = Type.Object(
  {
    outcomes: Type.Array(Outcome, { description: 'for each recipient, at most 20' }),
    findings: Type.Array(
      Type.Object(
        {
          check: Type.String(),
          code: Type.String(),
          weight: Type.Integer(),
          text: Type.String(),
          kind: orNull(Type.String()),
        },
        { additionalProperties: false },
      ),
      { description: 'the gravest first, at most 200' },
    ),
    rules: Type.Array(AskedRule, { description: 'in the order in which they decide' }),
    notAsked: Type.Array(Type.String(), { description: 'what could not be looked at here, in words' }),
    ms: Type.Number(),
  },
  { additionalProperties: false },
)
export type BenchAnswer = Static<typeof BenchAnswer>

export const DryRunQuestion = Type.Object(
  {
    level: Level,
    proposal: Proposal,
    hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 168, default: 24 })),
  },
  { additionalProperties: false },
)

const Change = Type.Object(
  { before: Type.String(), after: Type.String(), deliveries: Type.Integer() },
  { additionalProperties: false },
)

export const DryRunResult = Type.Object(
  {
    since: Moment,
    until: Moment,
    deliveries: Type.Integer({ description: 'looked at' }),
    holds: Type.Integer({ description: 'deliveries that the proposed rule or entry holds for' }),
    changed: Type.Integer({ description: 'would have been treated differently' }),
    changes: Type.Array(Change, { description: 'by disposition' }),
    tenants: Type.Array(
      Type.Object(
        { tenant: Type.String(), deliveries: Type.Integer(), changed: Type.Integer() },
        { additionalProperties: false },
      ),
      { description: 'at most 100, those with most changes first' },
    ),
    unknown: Type.Array(
      Type.Object({ why: Type.String(), deliveries: Type.Integer() }, { additionalProperties: false }),
      { description: 'could not be judged' },
    ),
    samples: Type.Array(
      Type.Object(
        {
          messageId: Type.String(),
          at: Moment,
          tenant: Type.String(),
          mailFrom: Type.String(),
          recipient: Type.String(),
          subject: Type.String(),
          before: Type.String(),
          after: Type.String(),
          scoreBefore: Type.Integer(),
          scoreAfter: Type.Integer(),
          now: Type.String({ description: 'state that it is in' }),
        },
        { additionalProperties: false },
      ),
      { description: 'at most 25' },
    ),
    isCut: Type.Boolean({ description: 'there was more mail than is looked at' }),
  },
  { additionalProperties: false },
)
export type DryRunResult = Static<typeof DryRunResult>

export const DryRun = Type.Object(
  { task: Task, result: orNull(DryRunResult) },
  { additionalProperties: false },
)
export type DryRun = Static<typeof DryRun>

export const DryRunParams = Type.Object(
  { run: Type.String({ pattern: '^[0-9a-z]{16}$', description: 'id of its task' }) },
  { additionalProperties: false },
)
