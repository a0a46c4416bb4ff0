import type { CaughtBySignatures, ScannerParts } from './scanner-parts.ts'

const atATime = 500
/** Messages that were in hand when a set was taken back are decided by then. */
const settledAfterMs = 10 * 60_000
/** Mail that came long before is left alone, though a set may have been in use for longer. */
const lookBackMs = 3 * 86_400_000

/**
 * Has mail judged anew that a set of signatures had something against which was taken back (I10), once no scanner has
 * that set loaded any more. Goes on after a restart: what is still to be done stands beside the sets.
 */
export async function judgeSignaturesAnew(
  { sets, scanners, now }: ScannerParts,
  store: CaughtBySignatures,
): Promise<void> {
  for (const { version, at } of sets?.takenBack() ?? []) {
    const loaded = await Promise.allSettled(scanners.names().map((name) => scanners.loaded(name)))
    if (loaded.some((each) => each.status === 'fulfilled' && each.value === version)) continue
    const by = { kind: 'signatures', name: version, receivedAfter: at - lookBackMs } as const
    const reopened = await store.reopen(by, now(), atATime)
    if (reopened === 0 && now() - at > settledAfterMs) sets?.settleTakenBack(version)
  }
}
