import type { Task } from '@mailkeep/contract'
import type { StoredTask } from '#services/tasks/task-store.ts'
import { moment, momentOrNull } from './moment.ts'

/** A task as the contract has it. */
export function describeTask(task: StoredTask): Task {
  const { id, kind, who, state, createdAt, endedAt, done, skipped, total, problem } = task
  return {
    id,
    what: kind,
    who,
    state,
    startedAt: moment(createdAt),
    endedAt: momentOrNull(endedAt),
    done,
    skipped,
    total,
    problem,
  }
}
