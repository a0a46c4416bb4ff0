import { type Static, Type } from './schema.ts'
import { orNull, Scope } from './shared.ts'

const closed = { additionalProperties: false }
const fields = {
  name: orNull(Type.String({ maxLength: 60 })),
  host: orNull(Type.String({ maxLength: 253, description: 'host name that people reach the pages by' })),
  fromName: orNull(Type.String({ maxLength: 60, description: 'beside the address that notices come from' })),
  accent: orNull(Type.String({ maxLength: 7, description: '#rrggbb; contrast to white at least 4.5' })),
  loginText: orNull(Type.String({ maxLength: 500 })),
}

export const BrandQuery = Type.Object({ scope: Type.Optional(Scope) }, closed)
/** What a level says of its look; null is as above. */
export const BrandChange = Type.Object(fields, closed)
export type BrandChange = Static<typeof BrandChange>

export const BrandInForce = Type.Object(
  {
    name: Type.String(),
    fromName: Type.String(),
    accent: orNull(Type.String()),
    loginText: Type.String(),
    host: orNull(Type.String()),
    logo: orNull(Type.String({ description: 'path of the picture' })),
    style: orNull(Type.String({ description: 'path of a style sheet with the accent; null: the usual one' })),
  },
  closed,
)
export type BrandInForce = Static<typeof BrandInForce>

export const BrandView = Type.Object(
  {
    tenant: Type.String(),
    own: Type.Object({ ...fields, hasLogo: Type.Boolean() }, closed),
    inForce: BrandInForce,
  },
  closed,
)
export type BrandView = Static<typeof BrandView>
export const LogoChange = Type.Object(
  {
    logo: orNull(
      Type.String({
        maxLength: 70_000,
        description: 'PNG or JPEG in base64, 250 x 60 pixels and 50 kB at most',
      }),
    ),
  },
  closed,
)
