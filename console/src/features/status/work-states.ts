import type { PlannedWork } from '@mailkeep/contract'

type State = PlannedWork['state']

/**
 * What is offered for the next update. Work that is scheduled stays so: it begins by itself, and what a person has begun
 * does not end by itself.
 */
export const nextState: Readonly<Record<State, State>> = {
  scheduled: 'scheduled',
  in_progress: 'completed',
  verifying: 'completed',
  completed: 'completed',
}
