import type { StoredTask, TaskStep } from './task-store.ts'

/**
 * A kind of work in steps. A step is small, some hundred deliveries: other orders of people, and mail, go on between
 * two of them. Planning reads only; what a plan names is done in one transaction with the mark of how far it came.
 */
export interface TaskKind {
  /** The step that begins at the position of the task; null: nothing is left. @throws TaskError where it cannot go on */
  plan(task: StoredTask): Promise<TaskStep | null>
}

/** Kinds by their names. */
export type TaskKinds = Readonly<Record<string, TaskKind>>

/** A task that cannot go on, however often it is tried; its text is for people. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
}
