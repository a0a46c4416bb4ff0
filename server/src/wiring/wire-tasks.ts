import { systemClock } from '#ground/platform/clock.ts'
import type { PolicyBench } from '#services/policy/policy-bench.ts'
import { TaskRunner } from '#services/tasks/run-tasks.ts'
import type { Base } from './base.ts'
import { createTaskGuard } from './task-guard.ts'
import { createTaskKinds } from './task-kinds.ts'

/** Makes what works off orders for many, step by step. */
export function wireTasks(base: Base, bench: PolicyBench): TaskRunner {
  return new TaskRunner({
    tasks: base.stores.tasks,
    kinds: createTaskKinds(base, bench),
    owner: base.instance,
    now: () => systemClock.now(),
    whyNot: createTaskGuard(base),
    onProblem: ({ id, kind }, problem) => base.log.warn({ task: id, kind, problem }, 'a step of work failed'),
  })
}
