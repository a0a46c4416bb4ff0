import type { Task } from '@mailkeep/contract'
import type { Clock } from '#ground/platform/clock.ts'
import { newId } from '#ground/platform/ids.ts'
import { moment, momentOrNull } from './answers/moment.ts'

interface Running {
  readonly id: string
  readonly what: string
  /** Who ordered it: nobody else may look. */
  readonly who: string
  readonly startedAt: number
  readonly total: number
  endedAt: number | null
  done: number
  problem: string | null
}

const keptMs = 3_600_000
const mostKept = 1000

/**
 * Work that people order and that may take longer than an answer. It is lost with the process, and nothing else is: each
 * step of it is durable, and ordering it again does what is left.
 */
export class Tasks {
  readonly #clock: Clock
  readonly #tasks = new Map<string, Running>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Starts work and waits for it a while. Answers how far it has come by then. */
  async run(
    given: { readonly what: string; readonly who: string; readonly total: number },
    work: (onProgress: (done: number) => void) => Promise<number>,
    waitMs: number,
  ): Promise<Task> {
    this.#forget()
    const now = this.#clock.now()
    const task: Running = { ...given, id: newId(now), startedAt: now, endedAt: null, done: 0, problem: null }
    this.#tasks.set(task.id, task)
    const ended = work((done) => {
      task.done = done
    }).then(
      (done) => this.#end(task, done, null),
      (cause: unknown) => this.#end(task, task.done, (cause as Error).message),
    )
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([ended, late])
    clearTimeout(timer)
    return describe(task)
  }

  /** Null: there is none such of his. */
  find(id: string, who: string): Task | null {
    const task = this.#tasks.get(id)
    return task?.who === who ? describe(task) : null
  }

  #end(task: Running, done: number, problem: string | null): void {
    task.endedAt = this.#clock.now()
    task.done = done
    task.problem = problem
  }

  #forget(): void {
    const before = this.#clock.now() - keptMs
    for (const [id, task] of this.#tasks) {
      const isOld = task.endedAt !== null && (task.endedAt < before || this.#tasks.size > mostKept)
      if (isOld) this.#tasks.delete(id)
    }
  }
}

function describe({ id, what, startedAt, endedAt, done, total, problem }: Running): Task {
  return {
    id,
    what,
    state: problem !== null ? 'failed' : endedAt === null ? 'running' : 'done',
    startedAt: moment(startedAt),
    endedAt: momentOrNull(endedAt),
    done,
    total,
    problem,
  }
}
