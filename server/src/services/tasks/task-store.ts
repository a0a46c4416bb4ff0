/** running: steps are left; done: none; failed: `problem` says why; stopped: by a person. What was done stays done. */
export type TaskState = 'running' | 'done' | 'failed' | 'stopped'

/** What somebody orders that may take longer than an answer. */
export interface NewTask {
  readonly id: string
  /** Which kind of work, such as `queue-retry`; see TaskKind. */
  readonly kind: string
  /** Who ordered it, as the audit log names him, and from which address; empty: this machine. */
  readonly who: string
  readonly ip: string
  /** The tenant that he stands at. */
  readonly tenant: string
  /**
   * What the kind needs to know, as plain data; the reach of whoever ordered it is in here. `isCounted: false`: there may be
   * more than `total`.
   */
  readonly order: Readonly<Record<string, unknown>>
  readonly at: number
  /** Steps that were to be done at the start, in the unit of the kind: mostly deliveries. */
  readonly total: number
}

export interface StoredTask extends Omit<NewTask, 'at'> {
  readonly state: TaskState
  readonly createdAt: number
  readonly endedAt: number | null
  readonly done: number
  /** Looked at and left alone: somebody was faster, or it cannot be done to this one. */
  readonly skipped: number
  /** Where its next step begins; empty at the start. What it says is the kind's own. */
  readonly position: string
  /** What the kind has put together, such as counts. */
  readonly result: Readonly<Record<string, unknown>> | null
  /** Why it failed, or why it waits. */
  readonly problem: string | null
  /** Steps that failed one after another. */
  readonly failures: number
}

/** A call to a store that belongs to a step: `queue.act` with its values. The number it answers counts as done. */
export interface StepCall {
  readonly store: string
  readonly method: string
  readonly values: readonly unknown[]
}

/** One step: what it does and where the next one begins are written in one transaction, so it happens once. */
export interface TaskStep {
  readonly calls: readonly StepCall[]
  readonly next: string
  /** What the step has looked at and leaves alone. */
  readonly skipped?: number
  /** Counts as done beside what the calls answer: for work that only reads. */
  readonly done?: number
  readonly result?: Readonly<Record<string, unknown>>
}

export interface Advance extends TaskStep {
  readonly id: string
  readonly owner: string
  /** The position that the step was planned for; another one: nothing is done. */
  readonly from: string
  readonly leaseUntil: number
}

/** Tasks, in the database: they outlive the process that took the order. */
export interface TaskStore {
  /** Writes a task down, due at once, with a line in the audit log. */
  add(task: NewTask): Promise<void>
  read(id: string): Promise<StoredTask | null>
  /** Newest first; of one person, or (null) of all. `before`: only those with a smaller id; empty: from the newest. */
  list(who: string | null, before: string, limit: number): Promise<StoredTask[]>
  /**
   * Running tasks of these kinds that nobody works on; they are the owner's until the lease ends.
   * @param mostTotal only tasks with steps to be done, all counted and so many at most; null: any
   */
  claim(
    owner: string,
    kinds: readonly string[],
    now: number,
    leaseUntil: number,
    limit: number,
    mostTotal?: number | null,
  ): Promise<StoredTask[]>
  /** Does one step. Null: the task was stopped, or is somebody else's by now, and nothing was done. */
  advance(step: Advance): Promise<StoredTask | null>
  /** Ends a task of this owner. */
  end(id: string, owner: string, at: number, problem: string | null): Promise<void>
  /** A step failed: it is tried again at `dueAt`. */
  postpone(id: string, owner: string, dueAt: number, problem: string): Promise<void>
  /** Ends a task between two steps, by a person. False: it had ended. */
  stop(id: string, who: string, ip: string, at: number): Promise<boolean>
  /** Forgets tasks that ended before a moment; at most `limit`. */
  forget(before: number, limit: number): Promise<number>
}
