import type { PlannedWork } from '@mailkeep/contract'

/** States that an update can bring; cancelling has a form of its own. */
export type WorkState = Exclude<PlannedWork['state'], 'cancelled'>

/**
 * What is offered for the next update. Work that is scheduled stays so: it begins by itself, and what a person has begun
 * does not end by itself.
 */
export const nextState: Readonly<Record<PlannedWork['state'], WorkState>> = {
  scheduled: 'scheduled',
  in_progress: 'completed',
  verifying: 'completed',
  completed: 'completed',
  cancelled: 'completed',
}

/** Told later than so long before, work is at short notice, and the page says so. */
export const noticeMs = 5 * 24 * 3_600_000
