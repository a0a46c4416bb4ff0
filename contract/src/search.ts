import { MessageLine } from './messages.ts'
import { Outlook } from './outlook.ts'
import { type Static, Type } from './schema.ts'
import { CompleteUpTo, givenName, MailState, Moment, numbers, orNull, part, Scope } from './shared.ts'

const text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 320, description }))
/** Conditions on mail; all that are given hold together, and of a list parted by commas one of its members. */
const conditions = {
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'a word of any kind: an id, an address, a domain, a Message-ID in angle brackets, the address of a client, or words of the subject; signs alone find nothing, and an order by them is refused',
    }),
  ),
  address: text('an address, or a domain with all below it, at either end or in the From field'),
  from: text('who sent it, as the envelope or the From field says: an address or a domain'),
  sender: text('envelope sender: an address or a domain'),
  recipient: text('envelope recipients: addresses or domains, such as `a.example,b.example`'),
  subject: text('whole words of the subject, all of them; with a star at its end a word may go on: `rech*`'),
  reply: text('words of what a receiver has said, or we to a sender'),
  state: text('states, such as `held,quarantined`; `refused`: in the dialogue'),
  verdict: text('verdicts'),
  reason: text('why it is in its state, or was in one before; see [reasons](reasons.md)'),
  kind: text('what happened to it at some time: accepted, deferred, delivered, returned, ordered, ...'),
  finding: text('codes of findings; see [findings](findings.md)'),
  rule: text(
    'ids of rules that held for it; of mail to several from before rules could be asked for, only the rules of the recipient whom its verdict tells of',
  ),
  definitions: text('versions of the set of definitions that judged it'),
  class: text('what a receiver meant at some time, such as `user-unknown`; see [bounces](bounces.md)'),
  ip: text('address of the client, or a net such as `192.0.2.0/24`'),
  direction: Type.Optional(Type.Enum(['inbound', 'outbound', 'own'])),
  node: text('node that received it'),
  tenant: text('tenant'),
  size: numbers('bytes'),
  score: numbers('score of the verdict'),
  since: text('received since: a moment with its zone, a day (UTC), or `2h` or `7d` for so long ago'),
  until: text('received until, likewise'),
}

export const MailQuestion = Type.Object(conditions, { additionalProperties: false })
export type MailQuestion = Static<typeof MailQuestion>

export const SearchQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    ...conditions,
    after: Type.Optional(Type.String({ maxLength: 40, description: '`next` of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 })),
  },
  { additionalProperties: false },
)
export type SearchQuery = Static<typeof SearchQuery>

/** How far what is shown reaches: of each node, and what the index of messages lacks between. */
export const Completeness = Type.Object(
  {
    completeUpTo: Type.Union([Moment, Type.Null()], {
      description:
        'everything that the nodes have told up to this moment can be found; null: nothing is certain yet',
    }),
    unknownSince: Type.Union([Moment, Type.Null()], {
      description:
        'a part of the site that takes or sends mail has been silent since: what it had in hand then is not known; null: all are well',
    }),
    nodes: Type.Array(
      Type.Object(
        {
          node: Type.String(),
          completeUpTo: Moment,
          unknownSince: Type.Union([Moment, Type.Null()], {
            description:
              'a process of this node that takes or sends mail has been silent since: what it had in hand then is not known; null: all are well',
          }),
        },
        { additionalProperties: false },
      ),
      { description: 'those that take or send mail; empty for whoever does not see the whole site' },
    ),
    stretches: Type.Array(
      Type.Object(
        {
          from: Moment,
          to: Moment,
          kind: Type.Enum(['missing', 'double', 'behind'], {
            description:
              'of the mail received in it some cannot be found, or is listed twice; behind: it is taken in after what is newer',
          }),
          entries: Type.Union([Type.Integer(), Type.Null()], {
            description:
              'how many are too few or too many, of all tenants; behind: events; null for whoever does not see the whole site',
          }),
          foundAt: orNull(Moment),
          mendedAt: Type.Union([Moment, Type.Null()], {
            description: 'when it was read from the ledger again; null: not yet',
          }),
        },
        { additionalProperties: false },
      ),
      {
        description:
          'stretches of time that are wrong in the index, and those mended in the last five minutes',
      },
    ),
  },
  { additionalProperties: false },
)
export type Completeness = Static<typeof Completeness>

export const CompletenessNow = Type.Object(
  {
    ...Completeness.properties,
    /** By how it went within the last ten minutes, as far as somebody has asked; a minute at least. */
    caughtUp: Outlook,
  },
  { additionalProperties: false },
)
export type CompletenessNow = Static<typeof CompletenessNow>

export const SearchList = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    completeness: Type.Union([Completeness, Type.Null()], {
      description: 'null: the index was not asked',
    }),
    lines: part(Type.Array(MessageLine, { description: 'newest first' })),
    next: orNull(Type.String({ description: '`after` of the next page; null: this is the last' })),
    searchedBackTo: Type.Union([Moment, Type.Null()], {
      description:
        'the time for looking was over here: there may be more before, and `next` goes on; null: nothing was left out',
    }),
    isPlain: Type.Boolean({
      description:
        'the index cannot be asked at the moment: this was read from the messages themselves, by word and state alone',
    }),
    note: Type.Union([Type.String(), Type.Null()], {
      description: 'why the question finds nothing, whatever there is; null: it may find something',
    }),
  },
  { additionalProperties: false },
)
export type SearchList = Static<typeof SearchList>

export const ScopedQuestion = Type.Object(
  { scope: Type.Optional(Scope), ...conditions },
  { additionalProperties: false },
)

export const ExportQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    ...conditions,
    format: Type.Optional(Type.Enum(['csv', 'json'], { default: 'csv' })),
  },
  { additionalProperties: false },
)
export type ExportQuery = Static<typeof ExportQuery>

const Words = Type.Array(
  Type.Object(
    { code: Type.String(), text: Type.String({ description: 'what it means' }) },
    { additionalProperties: false },
  ),
)
export const MailWords = Type.Object(
  {
    reasons: {
      ...Words,
      description: 'for `reason`; a refusal that a finding asked for has the code of that finding',
    },
    kinds: { ...Words, description: 'for `kind`' },
    classes: { ...Words, description: 'for `class`' },
    findings: { ...Words, description: 'for `finding`' },
  },
  { additionalProperties: false },
)
export type MailWords = Static<typeof MailWords>

const Count = Type.Object({ name: Type.String(), count: Type.Integer() }, { additionalProperties: false })

/** How many deliveries and refusals a question means. */
export const MailCounts = Type.Object(
  {
    completeUpTo: CompleteUpTo,
    completeness: Completeness,
    total: Type.Integer(),
    states: Type.Array(Count, { description: 'most first' }),
    tenants: Type.Array(Count, { description: 'most first; the first hundred' }),
    tenantCount: Type.Integer(),
    verdicts: Type.Array(Count, {
      description: 'most first, by what mail was judged to be; without a name: what was not judged',
    }),
    countedBackTo: Type.Union([Moment, Type.Null()], {
      description: 'the time for counting was over here: there are at least so many; null: exactly so many',
    }),
  },
  { additionalProperties: false },
)
export type MailCounts = Static<typeof MailCounts>

export const MailActionName = Type.Enum(['release', 'rescan', 'delete', 'retry', 'resend'], {
  description:
    'release: from quarantine or hold; rescan: from quarantine, judged once more on its way; delete: from quarantine; retry: due at once; resend: returned mail whose content is kept',
})
export type MailActionName = Static<typeof MailActionName>

export const MailOrder = Type.Object(
  {
    action: MailActionName,
    question: MailQuestion,
    expect: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'how many you were shown; 409 where it would be more than a tenth more',
      }),
    ),
  },
  { additionalProperties: false },
)
export type MailOrder = Static<typeof MailOrder>

export const MailOrderPreview = Type.Object(
  {
    deliveries: Type.Integer({ description: 'how many the order would touch' }),
    isExact: Type.Boolean({ description: 'false: at least so many, there was no time to count them all' }),
    tenants: Type.Array(Count),
  },
  { additionalProperties: false },
)
export type MailOrderPreview = Static<typeof MailOrderPreview>

export const SavedQuestion = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    question: MailQuestion,
    isShared: Type.Boolean(),
    isOwn: Type.Boolean(),
    tenant: Type.String(),
    who: Type.String(),
    changedAt: Moment,
  },
  { additionalProperties: false },
)
export type SavedQuestion = Static<typeof SavedQuestion>

export const SavedQuestions = Type.Object(
  {
    lines: Type.Array(SavedQuestion, { description: 'by name; at most 500' }),
    next: Type.Null(),
  },
  { additionalProperties: false },
)

export const NewQuestion = Type.Object(
  {
    name: givenName(100),
    question: MailQuestion,
    isShared: Type.Boolean({ description: 'others who reach your tenant see it too' }),
  },
  { additionalProperties: false },
)
export type NewQuestion = Static<typeof NewQuestion>

export const QuestionParams = Type.Object(
  { question: Type.String({ pattern: '^[0-9a-z]{16}$' }) },
  { additionalProperties: false },
)

/** A line of the live tail. */
export const LiveLine = Type.Object(
  {
    messageId: Type.String(),
    at: Moment,
    mailFrom: Type.String(),
    rcptTo: Type.String(),
    subject: Type.String(),
    state: MailState,
    reason: Type.String(),
    reasonText: Type.String(),
    tenant: Type.String(),
  },
  { additionalProperties: false },
)
export type LiveLine = Static<typeof LiveLine>
