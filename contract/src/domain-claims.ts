import { NewDomain } from './directory.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }

export const ClaimParams = Type.Object({ claim: Type.String({ pattern: '^[a-z0-9]{1,40}$' }) }, closed)
export const ClaimsQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'part of a name' })),
    after: Type.Optional(
      Type.String({ pattern: '^[a-z0-9]{1,40}$', description: '`next` of the page before' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: '25 if absent' })),
  },
  closed,
)

export const ClaimView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    tenant: Type.String(),
    nextHop: Type.String({ description: 'where its mail will go' }),
    anyRecipient: Type.Boolean(),
    record: Type.Object(
      { name: Type.String(), value: Type.String() },
      { ...closed, description: 'the TXT record that proves it' },
    ),
    claimedAt: Moment,
    claimedBy: Type.String(),
    checkedAt: orNull(Moment),
    found: orNull(
      Type.Enum(['missing', 'other', 'unknown', 'taken'], {
        description:
          'missing: no such record; other: records, but not this one; unknown: DNS did not answer; taken: the record is there, but the domain is in use by somebody else here, who keeps it',
      }),
    ),
    said: Type.String({ description: 'what DNS said' }),
    nextCheckAt: orNull(Moment),
  },
  closed,
)
export type ClaimView = Static<typeof ClaimView>
export const ClaimList = Type.Object({ lines: Type.Array(ClaimView), next: orNull(Type.String()) }, closed)
export type ClaimList = Static<typeof ClaimList>
export const NewClaim = NewDomain
export const ClaimChecked = Type.Object(
  {
    proved: Type.Boolean({ description: 'the domain is added' }),
    domain: Type.String(),
    claim: orNull(ClaimView),
  },
  closed,
)
export type ClaimChecked = Static<typeof ClaimChecked>
