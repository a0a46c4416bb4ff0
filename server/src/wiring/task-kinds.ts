import { systemClock } from '#ground/platform/clock.ts'
import { repairKind, repairs, repairTask } from '#services/incidents/repair-task.ts'
import { eraseKind, eraseTask } from '#services/person/erase-task.ts'
import { dryRunKind, dryRunTask } from '#services/policy/dry-run-task.ts'
import type { PolicyBench } from '#services/policy/policy-bench.ts'
import { quarantineTask } from '#services/quarantine/quarantine-task.ts'
import { actionFrom } from '#services/queue/queue-store.ts'
import { queueTask } from '#services/queue/queue-task.ts'
import { mailActions, mailTask } from '#services/search/mail-task.ts'
import type { TaskKinds } from '#services/tasks/task-kind.ts'
import type { Base } from './base.ts'
import { createErasureSeal } from './erasure-seal.ts'

/** Every kind of work that people can order and that goes on by itself. */
export function createTaskKinds({ folder, stores, searchStores }: Base, bench: PolicyBench): TaskKinds {
  const queue = queueTask(stores.readQueue, () => systemClock.now())
  const quarantine = quarantineTask(stores.readQuarantine, () => systemClock.now())
  const mail = mailTask(searchStores.search, () => systemClock.now())
  const repair = repairTask(stores.ledger, () => systemClock.now())
  return {
    ...Object.fromEntries(Object.keys(actionFrom).map((action) => [`queue-${action}`, queue])),
    'quarantine-release': quarantine,
    'quarantine-delete': quarantine,
    'quarantine-rejudge': quarantine,
    [dryRunKind]: dryRunTask(bench),
    [eraseKind]: eraseTask({
      directory: stores.directory,
      readPerson: stores.readPerson,
      open: createErasureSeal(folder).open,
      now: () => systemClock.now(),
    }),
    ...Object.fromEntries(mailActions.map((action) => [`mail-${action}`, mail])),
    ...Object.fromEntries(repairs.map((action) => [repairKind(action), repair])),
  }
}
