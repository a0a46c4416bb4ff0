import { clientKey } from '#ground/platform/client-key.ts'
import { TooManyWait, Turns } from '#ground/platform/turns.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore } from './access-store.ts'

/** Wrong secrets are counted for this long. */
export const countedMs = 900_000
/** Wrong secrets that cost nothing: people mistype. An address may stand for an office of people. */
const free = { account: 5, address: 20 } as const
const longestWaitMs = 900_000

/**
 * Secrets are looked at two at a time in a process: who sends a thousand at once is counted as who sends them one by
 * one, and the threads that hashing takes are left to mail.
 */
const turns = new Turns(2, 200)
const busyMs = 5000

/** Longer ones are no names, and are not kept whole. */
const longestName = 400

/** Whom wrong secrets are counted against. */
export interface GuessSubjects {
  /** Absent: nobody, such as where a stranger says whose secret it is. */
  readonly account?: string
  readonly address: string
  /** What is counted apart from other wrong secrets, such as what a foreign page can send from somebody's browser. */
  readonly purpose?: string
}

type Failures = Pick<AccessStore, 'failures' | 'latestFailure' | 'noteFailure'>

/**
 * Looks at a secret that somebody has given, and counts a wrong one before the next is looked at.
 * @param look null: it is wrong
 * @throws AccessRefusal too-many-tries, and whatever `look` throws
 */
export async function tryOnce<Found>(
  access: Failures,
  subjects: GuessSubjects,
  now: number,
  look: () => Promise<Found | null>,
): Promise<Found | null> {
  try {
    return await turns.take(async () => {
      await assertMayTry(access, subjects, now)
      const found = await look()
      if (found === null) await noteWrong(access, subjects, now)
      return found
    })
  } catch (cause) {
    if (!(cause instanceof TooManyWait)) throw cause
    throw new AccessRefusal('too-many-tries', 'too many sign in at this moment; try again at once', busyMs)
  }
}

/**
 * Slows guessing down by account and by address: after a few wrong secrets each further one doubles the wait. Nobody is
 * locked out for good, and only wrong secrets count: a fault of ours costs nobody a try.
 * @throws AccessRefusal while a wait is not over
 */
async function assertMayTry(access: Failures, subjects: GuessSubjects, now: number): Promise<void> {
  for (const kind of ['account', 'address'] as const) {
    const name = subjects[kind]
    if (name === undefined) continue
    const subject = subjectOf(kind, name, subjects.purpose)
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

async function noteWrong(
  access: Failures,
  { account, address, purpose }: GuessSubjects,
  now: number,
): Promise<void> {
  await Promise.all([
    account !== undefined && access.noteFailure(subjectOf('account', account, purpose), now, countedMs),
    access.noteFailure(subjectOf('address', address, purpose), now, countedMs),
  ])
}

/** @param purpose what else is counted for addresses, apart from wrong secrets */
export function subjectOf(kind: 'account' | 'address', name: string, purpose = ''): string {
  const subject = kind === 'address' ? clientKey(name) : name.slice(0, longestName)
  return [kind, ...(purpose === '' ? [] : [purpose]), subject].join(' ')
}
