import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '#ground/platform/ids.ts'
import type { NewTask, StoredTask, TaskStore } from './task-store.ts'

export interface TaskParts {
  readonly tasks: TaskStore
  /** The same, where reading holds up nothing that writes. */
  readonly readTasks: Pick<TaskStore, 'read' | 'list'>
  /** Tells those who work in this process that there is something new. */
  readonly kick: () => void
  readonly now: () => number
}

const lookEveryMs = 40

/** Orders work that goes on by itself, whatever becomes of this process. */
export async function startTask(parts: TaskParts, given: Omit<NewTask, 'id' | 'at'>): Promise<StoredTask> {
  const at = parts.now()
  const task: NewTask = { ...given, id: newId(at), at }
  await parts.tasks.add(task)
  parts.kick()
  const { at: createdAt, ...same } = task
  return {
    ...same,
    createdAt,
    state: 'running',
    endedAt: null,
    done: 0,
    skipped: 0,
    position: '',
    result: null,
    problem: null,
    failures: 0,
  }
}

/** Orders work and waits for its end a while. Answers how far it has come by then. */
export async function startAndWait(
  parts: TaskParts,
  given: Omit<NewTask, 'id' | 'at'>,
  waitMs: number,
): Promise<StoredTask> {
  return waitForEnd(parts, await startTask(parts, given), waitMs)
}

/** Waits for the end of work a while. Answers how far it has come by then. */
export async function waitForEnd(parts: TaskParts, started: StoredTask, waitMs: number): Promise<StoredTask> {
  let task = started
  const until = performance.now() + waitMs
  while (task.state === 'running' && performance.now() < until) {
    await sleep(lookEveryMs)
    task = (await parts.readTasks.read(task.id)) ?? task
  }
  return task
}
