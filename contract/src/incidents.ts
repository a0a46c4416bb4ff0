import { longestMarkdown } from './markdown.ts'
import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { givenName, MailState, Moment, orNull, Scope } from './shared.ts'
import { AffectedComponent, saidWords, updateWords } from './status.ts'
import { UpstreamFault } from './upstream.ts'

const closed = { additionalProperties: false }

export const IncidentState = Type.Enum(
  ['suspected', 'investigating', 'identified', 'monitoring', 'resolved', 'postmortem'],
  { description: 'suspected: a machine says so, and nobody has looked yet' },
)
export type IncidentState = Static<typeof IncidentState>
const Impact = Type.Enum(['none', 'minor', 'major', 'critical'])
export type Impact = Static<typeof Impact>
export const CauseName = Type.Enum([
  ...['tls', 'dns', 'next-hop', 'scanner', 'definitions', 'node', 'load', 'disk', 'database', 'directory'],
  ...['upstream', 'change', 'probe', 'unknown'],
] as const)
export type CauseName = Static<typeof CauseName>
export const IncidentDirection = Type.Enum(['inbound', 'outbound', 'both'])
export const Repair = Type.Enum(['release', 'rescan', 'delete', 'retry', 'resend'])
export type Repair = Static<typeof Repair>

/** Which mail an incident touched: a question to the ledger. */
export const IncidentQuestion = Type.Object(
  {
    since: Moment,
    until: orNull(Type.String({ format: 'date-time', description: 'null: until its end, or now' })),
    direction: Type.Optional(Type.Enum(['inbound', 'outbound'])),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    kind: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    node: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
    tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
    domain: Type.Optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'domain of the recipient' }),
    ),
    reply: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
    findings: Type.Optional(Type.Array(Type.String({ maxLength: 120 }), { maxItems: 50 })),
    onError: Type.Optional(Type.Boolean()),
    lateBySeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 7_948_800,
        description: 'only what was accepted and had not come to an end so long after',
      }),
    ),
  },
  closed,
)
export type IncidentQuestion = Static<typeof IncidentQuestion>

const line = {
  id: Type.String({ description: 'that of its public face too' }),
  name: Type.String(),
  state: IncidentState,
  impact: Impact,
  direction: orNull(IncidentDirection),
  components: Type.Array(AffectedComponent),
  startedAt: Moment,
  startFrom: Type.Enum(['telemetry', 'told'], { description: 'where the beginning is from' }),
  createdAt: Moment,
  monitoringAt: orNull(Moment),
  resolvedAt: orNull(Moment),
  isReportedAfterwards: Type.Boolean(),
  isUpstream: Type.Boolean({ description: 'the fault of a receiver or a provider' }),
  isPublic: Type.Boolean({ description: 'the status page shows it' }),
  cause: orNull(CauseName),
  affected: orNull(
    Type.Integer({ description: 'deliveries and refusals; null: not counted, or not yours to see' }),
  ),
  share: orNull(
    Type.Number({ description: 'of all of the same stretch, 0 to 1; null: not counted to its end' }),
  ),
}
export const IncidentLine = Type.Object(line, closed)
export type IncidentLine = Static<typeof IncidentLine>

export const IncidentsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    open: Type.Optional(Type.Boolean()),
    state: Type.Optional(IncidentState),
    component: Type.Optional(Type.String({ maxLength: 40 })),
    after: Type.Optional(After),
    limit: Type.Optional(Limit),
  },
  closed,
)
export const IncidentList = Type.Object(
  { lines: Type.Array(IncidentLine, { description: 'newest first' }), next: Next },
  closed,
)

export const IncidentParams = Type.Object({ incident: Type.String({ maxLength: 100 }) }, closed)
export const PromiseParams = Type.Object(
  {
    incident: Type.String({ maxLength: 100 }),
    promise: Type.String({ maxLength: 100 }),
  },
  closed,
)

const Told = Type.Object(
  { id: Type.String(), at: Moment, state: Type.String(), text: Type.String(), ...saidWords },
  closed,
)
const Inner = Type.Object(
  {
    stage: orNull(Type.String()),
    node: orNull(Type.String()),
    finding: orNull(Type.String({ description: 'the finding that opened it; null: a person did' })),
    causeWords: Type.String(),
    causeBy: Type.String(),
    evidence: Type.Array(
      Type.Object(
        {
          what: Type.String(),
          value: Type.String(),
          usual: orNull(Type.String({ description: 'null: not known' })),
          at: Moment,
        },
        closed,
      ),
    ),
    missingToClose: Type.Array(Type.String(), { description: 'what has to be done before it can be closed' }),
    question: orNull(IncidentQuestion),
    figures: orNull(
      Type.Object(
        {
          at: Moment,
          affected: Type.Integer(),
          all: Type.Integer({ description: 'deliveries and refusals of the same stretch' }),
          tenants: Type.Integer(),
          states: Type.Array(Type.Object({ name: Type.String(), count: Type.Integer() }, closed)),
          firstAt: orNull(Moment),
          lastAt: orNull(Moment),
          delays: orNull(
            Type.Object(
              { p50: Type.Integer(), p95: Type.Integer(), p99: Type.Integer(), max: Type.Integer() },
              {
                ...closed,
                description:
                  'ms from acceptance to an end, of those that were accepted; null: none was, or not counted',
              },
            ),
          ),
          isExact: Type.Boolean({ description: 'false: counting was not ended, and there are more' }),
        },
        closed,
      ),
    ),
    changes: Type.Array(
      Type.Object(
        {
          id: Type.String({ description: '`change:17`: a line of the audit log; `process:NAME`: a start' }),
          at: Moment,
          what: Type.String(),
          who: Type.String(),
          words: Type.String(),
        },
        closed,
      ),
      { description: 'what was changed in the six hours before it began, newest first' },
    ),
    log: Type.Array(
      Type.Object(
        {
          ...{ id: Type.String(), at: Moment, who: Type.String(), kind: Type.String() },
          ...{ state: IncidentState, text: Type.String(), isTold: Type.Boolean() },
        },
        closed,
      ),
      { description: 'oldest first' },
    ),
    promises: Type.Array(
      Type.Object(
        {
          ...{ id: Type.String(), what: Type.String(), due: Moment, who: Type.String() },
          ...{ keptAt: orNull(Moment), result: Type.String() },
        },
        closed,
      ),
    ),
    repeatedBy: orNull(
      Type.Object(
        {
          drill: orNull(Type.String({ description: 'null: none can, for the reason in `why`' })),
          ...{ why: Type.String(), at: Moment, who: Type.String() },
        },
        { ...closed, description: 'the drill that repeats it; null: nobody has said' },
      ),
    ),
    tasks: Type.Array(Type.String(), { description: 'ids of its repairs' }),
    postmortem: orNull(Type.String({ description: 'as it is kept, as Markdown; null: none is' })),
  },
  closed,
)

/** An incident; what the house knows of it only for the house. */
export const IncidentView = Type.Object(
  {
    ...line,
    updates: Type.Array(Told, { description: 'what the public was told, oldest first' }),
    identifiedAt: orNull(
      Type.String({
        format: 'date-time',
        description: 'when its cause was known; null: it is not, or nobody said',
      }),
    ),
    hasList: Type.Boolean({ description: 'it is said which mail it touched' }),
    postmortem: orNull(
      Type.Object(
        { text: Type.String({ description: 'Markdown' }), publishedAt: Moment, updatedAt: Moment },
        { ...closed, description: 'as the public reads it; null: none is published' },
      ),
    ),
    inner: orNull(Inner),
    etag: Type.String({ description: 'for If-Match' }),
    upstream: orNull(UpstreamFault),
  },
  closed,
)
export type IncidentView = Static<typeof IncidentView>

const text = Type.String({ minLength: 1, maxLength: 4000 })
const NewCause = Type.Object(
  { name: CauseName, words: Type.String({ minLength: 1, maxLength: 1000 }) },
  closed,
)
export const NewIncident = Type.Object(
  {
    name: givenName(120),
    text,
    isTold: Type.Boolean({ description: 'the public is told of it' }),
    impact: Impact,
    components: Type.Optional(Type.Array(AffectedComponent, { maxItems: 50 })),
    direction: Type.Optional(IncidentDirection),
    startedAt: Type.Optional(Moment),
    resolvedAt: Type.Optional(
      Type.String({ format: 'date-time', description: 'it is told when it is over; needs a cause' }),
    ),
    isUpstream: Type.Optional(Type.Boolean()),
    cause: Type.Optional(NewCause),
    ...updateWords,
  },
  closed,
)
export const NewIncidentUpdate = Type.Object(
  {
    text,
    state: Type.Optional(IncidentState),
    impact: Type.Optional(Impact),
    isTold: Type.Optional(
      Type.Boolean({ description: 'if absent: the public is told where it knows of the incident' }),
    ),
    components: Type.Optional(Type.Array(AffectedComponent, { maxItems: 50 })),
    cause: Type.Optional(NewCause),
    ...updateWords,
  },
  closed,
)
export type NewIncidentUpdate = Static<typeof NewIncidentUpdate>
export const IncidentCause = NewCause
export const NewPromise = Type.Object(
  { what: Type.String({ minLength: 1, maxLength: 500 }), due: Moment },
  closed,
)
const drill = {
  drill: Type.Optional(
    Type.String({
      ...{ minLength: 1, maxLength: 120 },
      description: 'one of the platform by its name, such as `D12`, or one of your own in words',
    }),
  ),
  noDrill: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: 'why none can repeat it' }),
  ),
}
export const NewDrill = Type.Object(drill, { ...closed, minProperties: 1, maxProperties: 1 })
export const KeptPromise = Type.Object(
  { result: Type.String({ minLength: 1, maxLength: 2000 }), ...drill },
  closed,
)
export const NewRepair = Type.Object({ action: Repair }, closed)

export const AffectedQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    after: Type.Optional(Type.String({ maxLength: 60, pattern: '^(e\\d{1,15}-\\d{1,15}|r[0-9a-z]{1,20})$' })),
    limit: Type.Optional(Limit),
  },
  closed,
)
export const AffectedLine = Type.Object(
  {
    messageId: Type.String(),
    n: orNull(Type.Integer({ description: 'number of the recipient; null: refused in the dialogue' })),
    tenant: Type.String(),
    mailFrom: Type.String(),
    rcptTo: Type.String(),
    subject: Type.String(),
    happened: Type.String(),
    happenedAt: Moment,
    reason: Type.String(),
    reply: Type.String(),
    state: MailState,
    nextStep: Type.String({ description: 'what can be done about it' }),
  },
  closed,
)
export type AffectedLine = Static<typeof AffectedLine>
export const AffectedList = Type.Object({ lines: Type.Array(AffectedLine), next: Next }, closed)

const Count = Type.Object({ name: Type.String(), count: Type.Integer() }, closed)
export const AffectedCounts = Type.Object(
  {
    affected: Type.Integer(),
    isExact: Type.Boolean({
      description: 'false: the time for counting was over; there are at least so many',
    }),
    states: Type.Array(Count),
    tenants: Type.Array(Count, { description: 'most first; the first hundred' }),
    tenantCount: Type.Integer(),
    repairs: Type.Array(Type.Object({ action: Repair, count: Type.Integer() }, closed), {
      description: 'how many deliveries are in a state for each',
    }),
  },
  closed,
)
export type AffectedCounts = Static<typeof AffectedCounts>
export const AffectedExport = Type.Object(
  { scope: Type.Optional(Scope), format: Type.Optional(Type.Enum(['csv', 'json'], { default: 'csv' })) },
  closed,
)
export const DraftQuery = Type.Object(
  {
    audience: Type.Optional(
      Type.Enum(['house', 'public'], {
        default: 'house',
        description:
          'public: without names of customers, nodes and next hops, and with what the public was told',
      }),
    ),
  },
  closed,
)
export const NewPostmortem = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: longestMarkdown, description: 'Markdown' }) },
  closed,
)
export const PublishedPostmortem = Type.Object(
  {
    note: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 4000 },
        description: 'what the update says that tells of it, in feeds and to subscribers',
      }),
    ),
  },
  closed,
)
export const IncidentDraft = Type.Object({ text: Type.String({ description: 'Markdown' }) }, closed)
