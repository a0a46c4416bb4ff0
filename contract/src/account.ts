import { RoleName } from './managers.ts'
import { type Static, Type } from './schema.ts'
import { givenName, Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

export const SessionView = Type.Object(
  {
    id: Type.String(),
    isThis: Type.Boolean(),
    createdAt: Moment,
    seenAt: Moment,
    ip: Type.String(),
    agent: Type.String(),
  },
  closed,
)
export const PasskeyView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    host: Type.String({ description: 'host name that it works under' }),
    createdAt: Moment,
    usedAt: orNull(Moment),
  },
  closed,
)

/** What somebody sees of himself. */
export const AccountView = Type.Object(
  {
    name: Type.String(),
    displayName: Type.String(),
    address: Type.String(),
    role: RoleName,
    roleName: Type.String(),
    tenant: Type.String(),
    domains: orNull(Type.Array(Type.String())),
    hasPassword: Type.Boolean(),
    isPasswordAsked: Type.Boolean({
      description:
        'whether changes of how you sign in need your password; not where you have none, nor for 30 minutes after a link until you set one',
    }),
    hasAuthenticator: Type.Boolean(),
    needsSecondFactor: Type.Boolean(),
    recoveryCodes: Type.Integer({ description: 'how many are left' }),
    passkeys: Type.Array(PasskeyView),
    sessions: Type.Array(SessionView),
  },
  closed,
)
export type AccountView = Static<typeof AccountView>

const password = Type.String({ maxLength: 256 })
const code = Type.String({ maxLength: 20, description: 'six digits of the authenticator' })

export const PasswordChange = Type.Object(
  { old: Type.Optional(password), password: Type.String({ maxLength: 256 }) },
  closed,
)
export const proofFields = {
  password: Type.Optional(
    Type.String({
      maxLength: 256,
      description: 'the one of now; who has none must have signed in within the last 30 minutes',
    }),
  ),
}
export const PasswordProof = Type.Object(proofFields, closed)
export const AuthenticatorProposal = Type.Object(
  {
    secret: Type.String({ description: 'base32; kept nowhere until it is confirmed' }),
    uri: Type.String({ description: '`otpauth:` address' }),
    squares: Type.Array(Type.String(), { description: 'rows of the QR code, # for a dark square' }),
  },
  closed,
)
export type AuthenticatorProposal = Static<typeof AuthenticatorProposal>
export const AuthenticatorConfirmation = Type.Object(
  { secret: Type.String({ pattern: '^[A-Z2-7]{32}$' }), code, ...proofFields },
  closed,
)
export const RecoveryCodes = Type.Object(
  { codes: Type.Array(Type.String(), { description: 'shown this once' }) },
  closed,
)
export const PasskeyParams = Type.Object({ passkey: Type.String({ pattern: '^[\\w-]{1,1400}$' }) }, closed)
/** Options and answers of WebAuthn, whose shape is the standard's. */
export const WebAuthn = Type.Object({}, { additionalProperties: true, description: 'as WebAuthn has it' })
export const NewPasskey = Type.Object({ name: Type.String({ maxLength: 60 }), answer: WebAuthn }, closed)
export const PasskeyName = Type.Object({ name: givenName(60) }, closed)
export const SessionParams = Type.Object({ session: Type.String({ pattern: '^[\\w-]{16}$' }) }, closed)

export const NewView = Type.Object(
  {
    tenant: Type.String({ maxLength: 100 }),
    role: RoleName,
    domain: Type.Optional(
      Type.String({
        maxLength: 400,
        description:
          'only this domain, group or person (`group:DOMAIN/NAME`, `user:ADDRESS`); the review page of a person is at `/review/as` then',
      }),
    ),
    reason: Type.String({ minLength: 3, maxLength: 300 }),
    minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 120, default: 30 })),
  },
  closed,
)
