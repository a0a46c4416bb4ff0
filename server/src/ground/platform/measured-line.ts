/** Stretches of a message's way whose time is taken. */
export const measuredStages = ['accept', 'inspect', 'decide', 'wait', 'deliver'] as const
export type MeasuredStage = (typeof measuredStages)[number]

/** What is counted, in deliveries; `refused` (come again) and `rejected` (for good) in replies. */
export const measuredCounts = [
  'accepted',
  'refused',
  'rejected',
  'quarantined',
  'held',
  'incomplete',
  'temperror',
  'delivered',
  'deferred',
  'returned',
] as const
export type MeasuredCount = (typeof measuredCounts)[number]

export const measuredDirections = ['inbound', 'outbound', 'own'] as const
export type MeasuredDirection = (typeof measuredDirections)[number]

/** Kinds of tenants; `probe` is mail of our own that only tries the way. */
export const tenantClasses = ['customer', 'reseller', 'operator', 'probe'] as const
export type TenantClass = (typeof tenantClasses)[number]

/** Upper ends of the steps that times are sorted into, in milliseconds; what takes longer is in one more. */
export const timeSteps: readonly number[] = [
  ...[5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000, 300_000, 3_600_000],
]

/** One line of figures: a stage with its times, or a count. */
export interface MeasuredLine {
  readonly name: MeasuredStage | MeasuredCount
  readonly direction: MeasuredDirection
  readonly tenants: TenantClass
  /** The next hop; empty: it is not about one; `other`: one of those beyond the first 40. */
  readonly hop: string
  readonly count: number
  /** Sum of the times in ms; 0 for a count. */
  readonly sumMs: number
  /** How many took up to each of `timeSteps`, and longer; empty for a count. */
  readonly steps: readonly number[]
}
