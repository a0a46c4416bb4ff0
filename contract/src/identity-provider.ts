import { proofFields } from './account.ts'
import { type Static, Type } from './schema.ts'
import { givenName, Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }
const fields = {
  name: { ...givenName(60), description: 'on the button of the sign-in page' },
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

const takesUnasked = Type.Boolean({
  description: 'people may come from its page of applications, without having set out from here',
})
const signInUrl = Type.String({ maxLength: 1000, description: 'where browsers go, by the redirect binding' })

export const ProviderQuery = Type.Object({ scope: Type.Optional(Scope) }, closed)
const SamlView = Type.Object(
  {
    signInUrl,
    certificates: Type.Array(
      Type.Object(
        { base64: Type.String(), fingerprint: Type.String(), subject: Type.String(), validTo: Moment },
        closed,
      ),
    ),
    takesUnasked,
  },
  { ...closed, description: 'null: OpenID Connect' },
)
export const ProviderView = Type.Object(
  {
    tenant: Type.String(),
    redirectUri: Type.String({ description: 'to be named to the provider' }),
    signInPath: Type.String({ description: 'leads straight to the provider' }),
    saml: Type.Object(
      {
        entityId: Type.String({ description: 'what we are called, and the audience of assertions' }),
        acsUrl: Type.String({ description: 'where answers come, by the POST binding' }),
        metadataPath: Type.String({ description: 'the same as metadata, for everybody' }),
      },
      { ...closed, description: 'to be named to a provider of SAML' },
    ),
    provider: orNull(
      Type.Object(
        {
          ...fields,
          issuer: Type.String({ description: 'issuer, or entity id' }),
          clientId: Type.String({ description: 'empty for SAML' }),
          saml: orNull(SamlView),
          changedAt: Moment,
        },
        closed,
      ),
    ),
  },
  closed,
)
export type ProviderView = Static<typeof ProviderView>
export const ProviderChange = Type.Object(
  {
    ...fields,
    ...proofFields,
    issuer: Type.Optional(
      Type.String({ maxLength: 500, description: 'issuer, or entity id without metadata' }),
    ),
    clientId: Type.Optional(Type.String({ maxLength: 300, description: 'for OpenID Connect' })),
    saml: Type.Optional(
      orNull(
        Type.Object(
          {
            metadata: Type.Optional(
              Type.String({
                maxLength: 200_000,
                description: 'of the provider, XML; goes before the fields',
              }),
            ),
            signInUrl: Type.Optional(signInUrl),
            certificates: Type.Optional(
              Type.Array(Type.String({ maxLength: 20_000 }), {
                maxItems: 8,
                description: 'PEM or base64; two while the provider changes them',
              }),
            ),
            takesUnasked,
          },
          { ...closed, description: 'absent or null: OpenID Connect' },
        ),
      ),
    ),
    clientSecret: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description: 'for OpenID Connect; absent: as it is; never shown',
      }),
    ),
  },
  closed,
)
