import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { FollowParts } from './follow-link.ts'
import type { AnsweredMessage, LinkStore } from './link-store.ts'

/** Live settings of following links; see links.*. */
export interface LinkLimits {
  readonly isOn: boolean
  readonly atATime: number
  readonly maxHops: number
  readonly keepResultsMs: number
  /** Age of the oldest waiting link from which a person should know. */
  readonly lateAfterMs: number
}

/** What the verbs of this folder need. */
export interface LinkParts extends Omit<FollowParts, 'maxHops'> {
  readonly store: LinkStore
  /** What speaks against a message, now that it is known where its links lead. */
  readonly judge: (message: AnsweredMessage) => Promise<readonly object[]>
  readonly limits: () => LinkLimits
  /** Told of each link that was followed, and of each message that was told. */
  readonly count: (what: 'led' | 'stays' | 'unknown' | 'reopened' | 'late' | 'noted') => void
  readonly noteQueue: (pending: number) => void
  readonly alarms: Alarms
  readonly clock: Clock
  /** Aborted when this process stops; what is in hand is taken up again when its lease ends. */
  readonly stopping: AbortSignal
}
