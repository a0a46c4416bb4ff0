import { OrderError } from '#services/ledger/order-error.ts'
import { TaskError, type TaskKind } from '#services/tasks/task-kind.ts'
import { type DryRunFound, type DryRunOrder, nothingFound, type PolicyBench } from './policy-bench.ts'

/** Name of this kind of work. */
export const dryRunKind = 'policy-dry-run'

/** Judges the mail of late by a proposal, a stretch at a time; its result is what was found so far. */
export function dryRunTask(bench: PolicyBench): TaskKind {
  return {
    async plan({ order, position, result }) {
      if (position === 'end') return null
      const found = (result as DryRunFound | null) ?? nothingFound
      const step = await bench.dryRun(order as unknown as DryRunOrder, position, found).catch((cause) => {
        throw new TaskError((cause as Error).message)
      })
      return {
        calls: [],
        next: step.next ?? 'end',
        done: step.looked,
        result: step.found as unknown as Readonly<Record<string, unknown>>,
      }
    },
  }
}

/** @throws OrderError where nothing is proposed */
export function assertProposes({ proposal }: DryRunOrder): void {
  if (proposal.rule === null && proposal.settings.length === 0 && proposal.senders.length === 0)
    throw new OrderError('wrong', 'there is nothing to try: name a rule, a setting or an entry of a list')
}
