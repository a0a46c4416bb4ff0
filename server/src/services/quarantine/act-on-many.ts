import { restBetweenSteps } from '#services/tasks/rest-between-steps.ts'
import type {
  Place,
  QuarantineAct,
  QuarantineAction,
  QuarantineSelection,
  QuarantineStore,
} from './quarantine-store.ts'

/** What is done to many deliveries. */
export interface ActOnMany {
  readonly action: QuarantineAction
  readonly selection: QuarantineSelection
  /** Whether what holds a virus may be released (GW-38). */
  readonly mayVirus: boolean
  /** Life that a released delivery gets anew, in milliseconds. */
  readonly lifeMs: number
  readonly rescan: boolean
}

export interface Giver {
  readonly who: string
  readonly ip: string
  /** When the order was given: what is set aside later is not meant, nor what a rescan has brought back. */
  readonly orderedAt: number
  /** The task that does it; absent: a command. */
  readonly task?: string
  /** See QuarantineAct. */
  readonly isForMany: boolean
}

/** Deliveries of a step: small enough that a single release and mail are not held up by it. */
const stepSize = 100

/** The next step of an order, oldest first, behind a place; null: nothing is left. */
export async function nextStep(
  quarantine: Pick<QuarantineStore, 'targets'>,
  { action, selection, mayVirus, lifeMs, rescan }: ActOnMany,
  { who, ip, orderedAt, task, isForMany }: Giver,
  behind: Place | null,
  at: number,
): Promise<{ act: QuarantineAct; skipped: number; last: Place } | null> {
  const until = Math.min(selection.setAsideUntil ?? orderedAt, orderedAt)
  const found = await quarantine.targets({ ...selection, setAsideUntil: until }, behind, stepSize)
  const last = found.at(-1)
  if (!last) return null
  const targets = found.filter((each) => action !== 'release' || mayVirus || each.reason !== 'virus')
  const act: QuarantineAct = {
    ...{ action, targets, at, who, ip, lifeMs, rescan, isForMany },
    ...(task !== undefined && { task }),
  }
  return { act, skipped: found.length - targets.length, last }
}

/** Does all of an order, a step at a time with a rest behind each. Answers how many deliveries were changed. */
export async function actOnMany(
  quarantine: Pick<QuarantineStore, 'targets' | 'act'>,
  order: ActOnMany,
  giver: Giver,
  onProgress: (done: number) => void,
): Promise<number> {
  let [done, behind]: [number, Place | null] = [0, null]
  for (;;) {
    const began = performance.now()
    const step = await nextStep(quarantine, order, giver, behind, Date.now())
    if (!step) return done
    if (step.act.targets.length > 0) done += await quarantine.act(step.act)
    behind = step.last
    onProgress(done)
    await restBetweenSteps(began)
  }
}
