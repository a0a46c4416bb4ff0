import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { Subscription } from './alarm-store.ts'
import { postOf } from './notice-forms.ts'
import type { Notice } from './notice-store.ts'
import { wordsOf } from './notice-words.ts'
import { postNotice } from './post-notice.ts'

/**
 * Closes what a pager has open of a notice, whatever of it is open here.
 * @param n place of the subscription, by its number
 * @param at now (ms)
 * @returns whether the pager took it
 */
export async function closeAtPager(
  fetch: GuardedFetch,
  { scope, targets }: Pick<Subscription, 'scope' | 'targets'>,
  notice: Notice,
  n: number,
  at: number,
): Promise<boolean> {
  const { address = '', secret = '' } = targets[n] ?? {}
  const over: Notice = { ...notice, endedAt: at, lines: [] }
  const given = { notice: over, scope, toldRevision: notice.revision, secret: '', consoleUrl: '' }
  const words = wordsOf({ ...given, incidentOf: () => null })
  const post = postOf({ form: 'pagerduty', secret }, words, `${notice.id}-${n}-left`, at)
  return (await postNotice(fetch, address, post)).why === ''
}
