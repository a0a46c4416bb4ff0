import type { SyncParts } from './sync-parts.ts'

/** Rows removed in one transaction: mail waits behind none for longer than some milliseconds. */
const batch = 100
/** Of one round; what is left then goes with the next. */
const mostSteps = 500
/** Runs of a source that are kept however old they are. */
const runsKept = 20

/**
 * Removes what nobody asks for any more: old runs with their lines, and all that sources and tenants which were removed
 * have left, and members of large groups that are in place no more. Mail comes in between two steps. Run each minute.
 */
export async function forgetSync({
  store,
  pushedLeft,
  now,
  limits,
}: Pick<SyncParts, 'now' | 'limits' | 'pushedLeft'> & {
  readonly store: Pick<SyncParts['store'], 'forget' | 'sweep'>
}): Promise<void> {
  const before = now() - limits().keepRunsMs
  await untilDone(() => store.forget(before, runsKept, batch))
  await untilDone(() => store.sweep(batch))
  await untilDone(() => pushedLeft.clearMembers(null, now(), batch))
}

async function untilDone(step: () => Promise<number>): Promise<void> {
  for (let n = 0; n < mostSteps; n++) if ((await step()) < batch) return
}
