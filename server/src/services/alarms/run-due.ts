/** A target that is to be told now. */
export interface DueTask {
  readonly tenant: string
  /** Handed to our own queue: nobody outside is asked. */
  readonly isMail: boolean
  /** How often it has failed. */
  readonly tries: number
  /** @returns whether it was told */
  readonly run: () => Promise<boolean>
}

const lanes = 8
/** Programs of one customer that are asked at the same time: where they hang others have lanes left. */
const lanesOfTenant = 2
/** No program is asked any more after this, so that what begins meanwhile is told; it is still due in the next round. */
const roundMs = 10_000

/**
 * Runs what is due, a few at a time. Mail, programs of the house and programs of others have lanes of their own, so
 * those of customers that hang hold up neither of the others; what has failed most comes last.
 * @param house tenant of the operator; null: there is none
 * @returns how many were told, and the first fault; null: there was none
 */
export async function runDue(
  due: readonly DueTask[],
  house: string | null,
  now: () => number = () => performance.now(),
): Promise<{ readonly done: number; readonly fault: unknown }> {
  const until = now() + roundMs
  const isTime = () => now() < until
  const programs = due.filter((each) => !each.isMail).sort((a, b) => a.tries - b.tries)
  const came = { done: 0, fault: null as unknown }
  await Promise.all([
    runLanes(
      due.filter((each) => each.isMail),
      lanes,
      () => true,
      came,
    ),
    runLanes(
      programs.filter((each) => each.tenant === house),
      lanes,
      isTime,
      came,
    ),
    runLanes(
      programs.filter((each) => each.tenant !== house),
      lanesOfTenant,
      isTime,
      came,
    ),
  ])
  return came
}

/** A lane takes the next task whose tenant has a lane free; one that finds none ends: others will come back to it. */
async function runLanes(
  tasks: readonly DueTask[],
  ofTenant: number,
  isTime: () => boolean,
  came: { done: number; fault: unknown },
): Promise<void> {
  const rest = [...tasks]
  const running = new Map<string, number>()
  const lane = async () => {
    while (isTime()) {
      const n = rest.findIndex(({ tenant }) => (running.get(tenant) ?? 0) < ofTenant)
      const [task] = n < 0 ? [] : rest.splice(n, 1)
      if (!task) return
      running.set(task.tenant, (running.get(task.tenant) ?? 0) + 1)
      try {
        if (await task.run()) came.done += 1
      } catch (cause) {
        came.fault ??= cause
      }
      running.set(task.tenant, (running.get(task.tenant) ?? 0) - 1)
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, tasks.length) }, lane))
}
