import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore } from './access-store.ts'

/** Wrong secrets are counted for this long. */
export const countedMs = 900_000
/** Wrong secrets that cost nothing: people mistype. An address may stand for an office of people. */
const free = { account: 5, address: 20 } as const
const longestWaitMs = 900_000

/**
 * Slows guessing down by account and by address: after a few wrong secrets each further one doubles the wait. Nobody is
 * locked out for good, and only wrong secrets count: a fault of ours costs nobody a try.
 * @throws AccessRefusal while a wait is not over
 */
export async function assertMayTry(
  access: Pick<AccessStore, 'failures' | 'latestFailure'>,
  subjects: { readonly account: string; readonly address: string },
  now: number,
): Promise<void> {
  for (const kind of ['account', 'address'] as const) {
    const subject = subjectOf(kind, subjects[kind])
    const over = (await access.failures(subject, now - countedMs)) - free[kind]
    if (over < 0) continue
    const waitMs = Math.min(longestWaitMs, 1000 * 2 ** over)
    const left = ((await access.latestFailure(subject)) ?? 0) + waitMs - now
    if (left > 0)
      throw new AccessRefusal(
        'too-many-tries',
        `too many wrong tries; the next one is possible in ${Math.ceil(left / 1000)} seconds`,
        left,
      )
  }
}

/** Counts a wrong secret against both. */
export async function noteWrong(
  access: Pick<AccessStore, 'noteFailure'>,
  subjects: { readonly account: string; readonly address: string },
  now: number,
): Promise<void> {
  await access.noteFailure(subjectOf('account', subjects.account), now, countedMs)
  await access.noteFailure(subjectOf('address', subjects.address), now, countedMs)
}

export function subjectOf(kind: 'account' | 'address', name: string): string {
  return `${kind} ${name}`
}
