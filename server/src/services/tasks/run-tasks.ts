import { few } from './is-for-many.ts'
import { restBetweenSteps } from './rest-between-steps.ts'
import { TaskError, type TaskKinds } from './task-kind.ts'
import type { StoredTask, TaskStore } from './task-store.ts'

export interface RunnerParts {
  readonly tasks: TaskStore
  readonly kinds: TaskKinds
  /** Names this process; what it had claimed is free again when its lease ends. */
  readonly owner: string
  readonly now: () => number
  /** Whether who ordered it may still do so; null: yes, else why not, for people. Absent: always. */
  readonly whyNot?: (task: StoredTask) => Promise<string | null>
  readonly onProblem: (task: StoredTask, problem: string) => void
}

/** Tasks that go on at a time in a process; each of them a step, then a pause. */
const atATime = 4
/** Places beside these that only orders for a few get: nobody waits for the end of an order for many. */
const placesForFew = 2
/** A task whose process was killed goes on elsewhere, or after the next start, this much later at most. */
const leaseMs = 8000
const mostFailures = 8
const retryMs = 2000

/**
 * Does what people have ordered, step by step. Between two steps it waits as long as the step took: mail, and the
 * release of a single message, come in between.
 */
export class TaskRunner {
  readonly #parts: RunnerParts
  readonly #running = new Map<string, Promise<void>>()
  #stopped = false
  #looking: Promise<void> | null = null
  #again = false

  constructor(parts: RunnerParts) {
    this.#parts = parts
  }

  /** Looks for tasks that wait; the clock asks each second, and whoever has ordered something asks at once. */
  async look(): Promise<void> {
    if (this.#looking) {
      this.#again = true
      return this.#looking
    }
    this.#looking = this.#claim().finally(() => {
      this.#looking = null
    })
    await this.#looking
    if (this.#again && !this.#stopped) {
      this.#again = false
      await this.look()
    }
  }

  /** Ends after the steps under way; what is left goes on at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.allSettled([this.#looking, ...this.#running.values()])
  }

  async #claim(): Promise<void> {
    const mayBeMore = await this.#claimSome(atATime, null)
    if (mayBeMore) await this.#claimSome(atATime + placesForFew, few)
  }

  /** @param mostTotal see TaskStore.claim. Answers whether more may wait than there was a place for. */
  async #claimSome(places: number, mostTotal: number | null): Promise<boolean> {
    const free = places - this.#running.size
    if (this.#stopped) return false
    if (free <= 0) return true
    const { tasks, kinds, owner, now } = this.#parts
    // A version beside this one may know others.
    const claimed = await tasks.claim(owner, Object.keys(kinds), now(), now() + leaseMs, free, mostTotal)
    for (const task of claimed) {
      const work = this.#work(task).finally(() => {
        this.#running.delete(task.id)
        if (!this.#stopped) void this.look().catch(() => undefined)
      })
      this.#running.set(task.id, work)
    }
    return claimed.length === free
  }

  async #work(claimed: StoredTask): Promise<void> {
    let task: StoredTask | null = claimed
    try {
      while (task !== null && !this.#stopped) {
        const began = performance.now()
        task = await this.#step(task)
        await restBetweenSteps(began)
      }
      // Whoever starts next need not wait for the lease to end.
      if (task !== null) await this.#parts.tasks.postpone(task.id, this.#parts.owner, this.#parts.now(), '')
    } catch (cause) {
      await this.#fail(task ?? claimed, cause as Error).catch(() => undefined)
    }
  }

  /** Null: the task has ended, or is no longer ours. */
  async #step(task: StoredTask): Promise<StoredTask | null> {
    const { tasks, kinds, owner, now, whyNot } = this.#parts
    const why = (await whyNot?.(task)) ?? null
    if (why !== null) throw new TaskError(why)
    const step = (await kinds[task.kind]?.plan(task)) ?? null
    if (step === null) {
      await tasks.end(task.id, owner, now(), null)
      return null
    }
    return tasks.advance({ ...step, id: task.id, owner, from: task.position, leaseUntil: now() + leaseMs })
  }

  /** A full disk or a busy database passes; what is wrong with the task itself does not. */
  async #fail(task: StoredTask, cause: Error | TaskError): Promise<void> {
    const { tasks, owner, now, onProblem } = this.#parts
    onProblem(task, cause.message)
    if (cause.name === 'TaskError' || task.failures + 1 >= mostFailures)
      await tasks.end(task.id, owner, now(), cause.message)
    else await tasks.postpone(task.id, owner, now() + retryMs * 2 ** task.failures, cause.message)
  }
}
