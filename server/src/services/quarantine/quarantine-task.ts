import type { TaskKind } from '#services/tasks/task-kind.ts'
import type {
  Place,
  QuarantineAct,
  QuarantineAction,
  QuarantineSelection,
  QuarantineStore,
} from './quarantine-store.ts'

/** What a task of quarantine is told. */
export interface QuarantineTaskOrder {
  readonly action: QuarantineAction
  readonly selection: QuarantineSelection
  /** Whether what holds a virus may be released (GW-38). */
  readonly mayVirus: boolean
  readonly lifeMs: number
  readonly rescan: boolean
}

/** Deliveries of a step: small enough that a single release and mail are not held up by it. */
const stepSize = 100

/**
 * An order for many in quarantine as work in steps, oldest first. What comes in after the order was given is not meant:
 * nor what was released and brought back by its rescan.
 */
export function quarantineTask(quarantine: Pick<QuarantineStore, 'targets'>, now: () => number): TaskKind {
  return {
    async plan({ order, position, who, ip, createdAt }) {
      const { action, selection, mayVirus, lifeMs, rescan } = order as unknown as QuarantineTaskOrder
      const until = Math.min(selection.setAsideUntil ?? createdAt, createdAt)
      const found = await quarantine.targets(
        { ...selection, setAsideUntil: until },
        readPlace(position),
        stepSize,
      )
      const last = found.at(-1)
      if (!last) return null
      const targets = found.filter((each) => action !== 'release' || mayVirus || each.reason !== 'virus')
      const act: QuarantineAct = { action, targets, at: now(), who, ip, lifeMs, rescan }
      return {
        calls: targets.length === 0 ? [] : [{ store: 'quarantine', method: 'act', values: [act] }],
        next: `${last.since}.${last.messageId}.${last.n}`,
        skipped: found.length - targets.length,
      }
    },
  }
}

function readPlace(position: string): Place | null {
  if (position === '') return null
  const [since = '', messageId = '', n = ''] = position.split('.')
  return { since: Number(since), messageId, n: Number(n) }
}
