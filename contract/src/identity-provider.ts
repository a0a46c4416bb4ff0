import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }
const fields = {
  name: Type.String({ minLength: 1, maxLength: 60, description: 'on the button of the sign-in page' }),
  issuer: Type.String({ maxLength: 500 }),
  clientId: Type.String({ minLength: 1, maxLength: 300 }),
  domains: Type.Array(Type.String({ maxLength: 253 }), {
    maxItems: 50,
    description: 'only addresses of these domains; empty: of any',
  }),
  newRole: orNull(
    Type.Enum(['administrator', 'technical', 'quarantine', 'reader'], {
      description: 'whoever is unknown becomes a manager of this role; null: nobody does',
    }),
  ),
  trustsFactor: Type.Boolean({ description: 'our own second factor is left out' }),
  isOff: Type.Boolean(),
}

export const ProviderQuery = Type.Object({ scope: Type.Optional(Scope) }, closed)
export const ProviderView = Type.Object(
  {
    tenant: Type.String(),
    redirectUri: Type.String({ description: 'to be named to the provider' }),
    signInPath: Type.String({ description: 'leads straight to the provider' }),
    provider: orNull(Type.Object({ ...fields, changedAt: Moment }, closed)),
  },
  closed,
)
export type ProviderView = Static<typeof ProviderView>
export const ProviderChange = Type.Object(
  {
    ...fields,
    clientSecret: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1000, description: 'absent: as it is; never shown' }),
    ),
  },
  closed,
)
