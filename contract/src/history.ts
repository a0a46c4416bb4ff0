import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }
const Minutes = orNull(Type.Integer({ description: 'null: not known' }))

/** What an incident is summed as. */
export const SumKind = Type.Enum(['outage', 'degraded', 'notice', 'third-party', 'unrated', 'maintenance'], {
  description: 'what it is summed as; each incident is one of these only',
})
export type SumKind = Static<typeof SumKind>

export const HistoryQuery = Type.Object(
  {
    kind: Type.Optional(SumKind),
    component: Type.Optional(Type.String({ maxLength: 120 })),
    cause: Type.Optional(Type.String({ maxLength: 40 })),
    after: Type.Optional(After),
    limit: Type.Optional(Limit),
  },
  closed,
)
export const PastIncidentParams = Type.Object({ incident: Type.String({ maxLength: 100 }) }, closed)

const line = {
  id: Type.String(),
  title: orNull(Type.String({ description: 'null: no source has one' })),
  summedAs: SumKind,
  severity: orNull(Type.String()),
  components: Type.Array(Type.String()),
  componentsBasis: Type.Enum(['stated', 'inferred', 'none']),
  direction: orNull(Type.String()),
  cause: Type.String(),
  date: orNull(Type.String({ description: 'day on which it began; null: only `from` and `to` are known' })),
  dateBasis: Type.Enum(['measured', 'tracker', 'told', 'none']),
  from: orNull(Type.String({ description: 'earliest day on which it can have begun; null: open' })),
  to: orNull(Type.String({ description: 'latest day on which it can have begun; null: open' })),
  durationMinutes: Minutes,
  durationBasis: Type.Enum(['printed', 'moments', 'told', 'planned', 'none']),
  isReportedAfterwards: Type.Boolean(),
  sources: Type.Integer({ description: 'entries of documents that tell of it' }),
}
export const PastIncidentLine = Type.Object(line, closed)
export type PastIncidentLine = Static<typeof PastIncidentLine>
export const PastIncidentList = Type.Object({ lines: Type.Array(PastIncidentLine), next: Next }, closed)

const Source = Type.Object({ file: Type.String(), line: Type.Integer(), form: Type.String() }, closed)
export const PastIncident = Type.Object(
  {
    ...line,
    startedAt: orNull(Moment),
    endedAt: orNull(Moment),
    firstPostAt: orNull(Moment),
    minutesToNotice: Minutes,
    minutesFromEndToNotice: Minutes,
    posts: Type.Array(
      Type.Object(
        { state: orNull(Type.String()), at: orNull(Moment), text: Type.String() },
        { ...closed, description: 'oldest first' },
      ),
    ),
    conflicts: Type.Array(Type.String(), { description: 'what does not agree' }),
    entries: Type.Array(
      Type.Object(
        {
          ...{ file: Type.String(), line: Type.Integer(), form: Type.String() },
          id: orNull(Type.String({ description: 'null: made before ids were kept' })),
          isApart: Type.Boolean({ description: 'somebody has said that it is an incident of its own' }),
        },
        closed,
      ),
      { description: 'where it is told' },
    ),
    mergedBecause: Type.Array(Type.String()),
    provenance: Type.Array(Type.Object({ field: Type.String(), entries: Type.Array(Source) }, closed), {
      description: 'where each fact is from',
    }),
  },
  closed,
)
export type PastIncident = Static<typeof PastIncident>

const sum = {
  incidents: Type.Integer(),
  known: Type.Integer({ description: 'those whose length is known; `minutes` is of these alone' }),
  minutes: Type.Integer(),
  weightedMinutes: Type.Integer({ description: 'the same as downtime; see `weights`' }),
}
const NamedSum = Type.Object({ name: Type.String(), ...sum }, closed)
const Mean = Type.Object(
  { of: Type.Integer(), known: Type.Integer(), meanMinutes: Minutes, medianMinutes: Minutes },
  closed,
)
export const HistoryTotals = Type.Object(
  {
    incidents: Type.Integer(),
    entries: Type.Integer(),
    repeated: Type.Integer({ description: 'entries that another one tells of too' }),
    dated: Type.Integer({ description: 'incidents whose day is known' }),
    sums: Type.Array(Type.Object({ kind: SumKind, means: Type.String(), ...sum }, closed)),
    weights: Type.String({ description: 'how downtime is weighed' }),
    timeToNotice: Mean,
    noticeAfterEnd: Mean,
    timeToResolve: Mean,
    components: Type.Array(NamedSum, { description: 'the 50 with most incidents' }),
    causes: Type.Array(NamedSum),
    months: Type.Array(
      Type.Object(
        { month: Type.String(), counts: Type.Object({}, { additionalProperties: { type: 'integer' } }) },
        closed,
      ),
      { description: 'the last 120 months, oldest first, by what incidents are summed as' },
    ),
    stated: Type.Array(
      Type.Object(
        {
          file: Type.String(),
          incidents: Type.Integer(),
          downtime: Type.String(),
          minutes: Minutes,
          listed: Type.Integer(),
          listedMinutes: Type.Integer(),
          downtimeMinutes: Type.Integer(),
          reasons: Type.Array(Type.String()),
        },
        closed,
      ),
      { description: 'what documents say of themselves, at most 50, with the reasons for the difference' },
    ),
  },
  closed,
)
export type HistoryTotals = Static<typeof HistoryTotals>

/** Octets of all documents of one order, in base64; the command takes more. */
export const importBytes = 4_000_000
export const NewHistoryImport = Type.Object(
  {
    documents: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 255, description: 'name of the file' }),
          content: Type.String({
            ...{ minLength: 1, maxLength: importBytes },
            description: 'its bytes in base64; 3 MB in all, larger ones come in by `mailkeep import-history`',
          }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 20 },
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'says what it would come to, and keeps nothing' })),
  },
  closed,
)
export const HistoryImported = Type.Object(
  {
    documents: Type.Array(
      Type.Object(
        {
          ...{ id: Type.String(), file: Type.String(), form: Type.String(), entries: Type.Integer() },
          isKnown: Type.Boolean({ description: 'it was imported before, and changes nothing' }),
        },
        closed,
      ),
    ),
    added: Type.Integer({ description: 'incidents that the history did not hold' }),
    addedLines: Type.Array(PastIncidentLine, { description: 'the first 50 of them' }),
    merged: Type.Integer({ description: 'incidents of the history of which the documents tell too' }),
    mergedLines: Type.Array(PastIncidentLine, { description: 'the first 50 of them' }),
    joined: Type.Integer({ description: 'incidents that become one with another' }),
    incidents: Type.Integer({ description: 'what the history holds then' }),
  },
  closed,
)
export type HistoryImported = Static<typeof HistoryImported>
export const HistoryImport = Type.Object(
  {
    ...{ id: Type.String(), file: Type.String(), form: Type.String(), entries: Type.Integer() },
    ...{ importedAt: Moment, importedBy: Type.String() },
  },
  closed,
)
export type HistoryImport = Static<typeof HistoryImport>
export const HistoryImportsQuery = Type.Object(
  { after: Type.Optional(After), limit: Type.Optional(Limit) },
  closed,
)
export const HistoryImportList = Type.Object(
  { lines: Type.Array(HistoryImport, { description: 'newest first' }), next: Next },
  closed,
)
export const HistoryImportParams = Type.Object(
  { document: Type.String({ pattern: '^[0-9a-f]{64}$' }) },
  closed,
)
export const HistoryUndone = Type.Object(
  {
    removed: Type.Integer({ description: 'entries of the document' }),
    incidents: Type.Integer({ description: 'what the history holds now' }),
  },
  closed,
)
export const HistoryEntryParams = Type.Object({ entry: Type.String({ pattern: '^[0-9a-f]{24}$' }) }, closed)
export const EntryApart = Type.Object(
  { isApart: Type.Boolean({ description: 'false: it may be merged again' }) },
  closed,
)
