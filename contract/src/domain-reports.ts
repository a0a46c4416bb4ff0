import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

const strict = { additionalProperties: false }
const Kind = Type.Enum(['dmarc', 'tlsrpt'])
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 25 }))

export const DomainReportsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    kind: Type.Optional(Kind),
    after: Type.Optional(
      Type.String({ pattern: '^\\d{1,15}-[0-9a-z]{16}$', description: '`next` of the page before' }),
    ),
    limit: Limit,
  },
  strict,
)
export type DomainReportsQuery = Static<typeof DomainReportsQuery>

export const DomainReportLine = Type.Object(
  {
    messageId: Type.String({ description: 'the mail that brought it' }),
    at: Moment,
    tenant: Type.String(),
    domain: Type.String(),
    kind: Kind,
    organization: Type.String({ description: 'who reports, as the report says' }),
    begin: Moment,
    end: Moment,
    isProven: Type.Boolean({ description: 'SPF or DKIM vouches for the author of the mail' }),
    total: Type.Integer({ description: 'messages (dmarc) or connections (tlsrpt)' }),
    failed: Type.Integer(),
  },
  strict,
)
export type DomainReportLine = Static<typeof DomainReportLine>

export const DomainReportList = Type.Object(
  { lines: Type.Array(DomainReportLine, { description: 'newest first' }), next: orNull(Type.String()) },
  strict,
)
export type DomainReportList = Static<typeof DomainReportList>

export const ReportedSourcesQuery = Type.Object(
  {
    kind: Type.Optional(Type.Enum(['dmarc', 'tlsrpt'], { default: 'dmarc' })),
    since: Type.Optional(Type.String({ format: 'date-time', description: 'without it: 30 days' })),
  },
  strict,
)
export type ReportedSourcesQuery = Static<typeof ReportedSourcesQuery>

export const ReportedSources = Type.Object(
  {
    since: Moment,
    total: Type.Integer(),
    failed: Type.Integer(),
    sources: Type.Array(
      Type.Object(
        {
          source: Type.String({
            description: 'dmarc: address that sent; tlsrpt: host that received; empty: many together',
          }),
          result: Type.String(),
          detail: Type.String(),
          isGood: Type.Boolean(),
          count: Type.Integer(),
          reporters: Type.Integer({ description: 'organizations that say so' }),
          latestAt: Moment,
        },
        strict,
      ),
      { description: 'most first, at most 500' },
    ),
  },
  strict,
)
export type ReportedSources = Static<typeof ReportedSources>
