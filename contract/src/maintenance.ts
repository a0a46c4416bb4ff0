import { Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

export const MaintenanceState = Type.Object(
  {
    maintenance: orNull(
      Type.Object({ since: Moment, until: Moment, text: Type.String(), who: Type.String() }, closed),
    ),
  },
  closed,
)
export const MaintenanceOrder = Type.Object(
  { until: Moment, text: Type.Optional(Type.String({ maxLength: 500 })) },
  closed,
)
