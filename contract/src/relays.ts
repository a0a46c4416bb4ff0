import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { givenName, Moment, orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }

export const RelayKind = Type.Enum(['network', 'certificate', 'login'], {
  description:
    'network: it connects from there; certificate: it shows this one, whoever signed it; login: it logs in with a password',
})

export const RelayParams = Type.Object({ relay: Type.String({ pattern: '^[a-z0-9]{1,40}$' }) }, closed)
export const RelaysQuery = Type.Object(
  { scope: Type.Optional(Scope), after: Type.Optional(After), limit: Type.Optional(Limit) },
  closed,
)

export const RelayView = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    kind: RelayKind,
    value: Type.String(),
    domains: Type.Array(Type.String(), { description: 'none: all of the tenant and of those below it' }),
    note: Type.String(),
    addedAt: Moment,
    addedBy: Type.String(),
  },
  closed,
)
export type RelayView = Static<typeof RelayView>
export const RelayList = Type.Object({ lines: Type.Array(RelayView), next: Next }, closed)

export const NewRelay = Type.Object(
  {
    tenant: Type.String({ maxLength: 100 }),
    kind: RelayKind,
    value: Type.String({
      maxLength: 200,
      description:
        'a network in CIDR form, the SHA-256 of a certificate in hex digits, or a name to log in with',
    }),
    domains: Type.Optional(Type.Array(Type.String({ maxLength: 255 }), { maxItems: 100 })),
    note: Type.Optional(Type.String({ maxLength: 200 })),
  },
  closed,
)
export const RelayAdded = Type.Object(
  {
    relay: RelayView,
    password: orNull(Type.String({ description: 'for one that logs in; shown this once' })),
  },
  closed,
)

export const MailProgram = Type.Object(
  {
    host: Type.String({ description: 'server to send by' }),
    doors: Type.Array(
      Type.Object(
        {
          port: Type.Integer(),
          security: Type.Enum(['STARTTLS', 'TLS'], {
            description: 'TLS: from the first byte, as programs call SSL/TLS',
          }),
          isLocal: Type.Boolean({
            description:
              'listened at on this machine alone: others reach it where something leads a port here',
          }),
        },
        closed,
      ),
      {
        description:
          'as `submission.listen` and `submission.listenTls` have them; none: nobody can log in to send',
      },
    ),
  },
  closed,
)
export type MailProgram = Static<typeof MailProgram>

const Address = Type.String({ maxLength: 320 })
export const MailPasswordsParams = Type.Object({ address: Address }, closed)
export const MailPasswordParams = Type.Object(
  { address: Address, password: Type.String({ pattern: '^[a-z0-9]{1,40}$' }) },
  closed,
)
export const MailPasswordView = Type.Object(
  {
    id: Type.String(),
    login: Type.String(),
    name: Type.String(),
    madeAt: Moment,
    madeBy: Type.String(),
  },
  closed,
)
export type MailPasswordView = Static<typeof MailPasswordView>
export const MailPasswordList = Type.Object({ lines: Type.Array(MailPasswordView), next: Next }, closed)
export const NewMailPassword = Type.Object({ name: givenName(100) }, closed)
export const MailPasswordMade = Type.Object(
  { password: MailPasswordView, secret: Type.String({ description: 'shown this once' }) },
  closed,
)
