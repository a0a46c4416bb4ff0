import { type Static, Type } from './schema.ts'
import { Moment } from './shared.ts'

export const HealthReason = Type.Object(
  {
    code: Type.Enum(['snapshot-missing', 'snapshot-old', 'spool-stalled', 'disk-full']),
    text: Type.String(),
    since: Moment,
  },
  { additionalProperties: false },
)
export type HealthReason = Static<typeof HealthReason>

/** Whether new mail should be sent to this node: a load balancer asks, 503 takes the node out of its pool. */
export const HealthReport = Type.Object(
  { ready: Type.Boolean(), reasons: Type.Array(HealthReason) },
  { additionalProperties: false },
)
export type HealthReport = Static<typeof HealthReport>
