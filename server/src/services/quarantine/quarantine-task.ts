import { isForMany } from '#services/tasks/is-for-many.ts'
import type { TaskKind } from '#services/tasks/task-kind.ts'
import { type ActOnMany, nextStep } from './act-on-many.ts'
import type { Place, QuarantineStore } from './quarantine-store.ts'

/** An order for many in quarantine as work in steps, oldest first. */
export function quarantineTask(quarantine: Pick<QuarantineStore, 'targets'>, now: () => number): TaskKind {
  return {
    async plan({ order, position, who, ip, createdAt, id, total }) {
      const giver = { who, ip, orderedAt: createdAt, task: id, isForMany: isForMany(total) }
      const step = await nextStep(
        quarantine,
        order as unknown as ActOnMany,
        giver,
        readPlace(position),
        now(),
      )
      if (!step) return null
      const { act, skipped, last } = step
      return {
        calls: act.targets.length === 0 ? [] : [{ store: 'quarantine', method: 'act', values: [act] }],
        next: `${last.since}.${last.messageId}.${last.n}`,
        skipped,
      }
    },
  }
}

function readPlace(position: string): Place | null {
  if (position === '') return null
  const [since = '', messageId = '', n = ''] = position.split('.')
  return { since: Number(since), messageId, n: Number(n) }
}
