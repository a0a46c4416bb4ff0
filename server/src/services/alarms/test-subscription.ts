import { newId } from '#ground/platform/ids.ts'
import type { Subscription, Target } from './alarm-store.ts'
import { postOf } from './notice-forms.ts'
import type { Notice } from './notice-store.ts'
import { type NoticeWords, wordsOf } from './notice-words.ts'
import { postNotice } from './post-notice.ts'
import { shownAddress } from './target.ts'
import type { TellParts } from './tell-alarms.ts'

/** What came of telling one target of a test alarm. */
export interface TestResult {
  readonly form: Target['form']
  readonly address: string
  readonly isTaken: boolean
  /** Why not; empty: it was taken. A mail that was taken is on its way. */
  readonly why: string
}

/** Tells all targets of a subscription of an alarm that is none, whatever the hour, and of its end where that matters. */
export async function testSubscription(
  parts: Pick<TellParts, 'send' | 'fetch' | 'now' | 'settings'>,
  { id: subscription, scope, tenant, targets }: Subscription,
): Promise<TestResult[]> {
  const at = parts.now()
  const line = {
    ...{ name: 'test', subject: 'test', text: 'This is only a test: nothing is wrong.', since: at },
    ...{ state: 'open' as const, raisedAt: 1, endedAt: null, clearedAt: null, why: '' },
  }
  const notice: Notice = {
    ...{ id: newId(at), subscription, cause: 'test', openedAt: at, joinedAt: at, revision: 1 },
    ...{ ackedAt: at, ackedBy: null, endedAt: null, lines: [line], tellings: [] },
  }
  const over: Notice = {
    ...notice,
    ...{ revision: 2, endedAt: at, lines: [{ ...line, state: 'over' as const, endedAt: 2, clearedAt: at }] },
  }
  const words = (of: Notice, toldRevision: number) =>
    wordsOf({ notice: of, scope, toldRevision, secret: '', consoleUrl: '', incidentOf: () => null })
  const tell = async (target: Target): Promise<string> => {
    const { form, address, secret } = target
    if (form === 'mail') {
      const mail = { id: newId(parts.now()), to: address, tenant, words: words(notice, 0), first: null }
      return parts.send(mail).then(
        () => '',
        (cause: Error) => cause.message,
      )
    }
    const post = (of: NoticeWords) =>
      postNotice(parts.fetch, address, postOf({ form, secret }, of, newId(parts.now()), parts.now()))
    const began = await post(words(notice, 0))
    // An incident of a test is closed at once, so that nobody has to.
    return began.why !== '' || form !== 'pagerduty' ? began.why : (await post(words(over, 1))).why
  }
  return Promise.all(
    targets.map(async (target) => {
      const why = await tell(target)
      return { form: target.form, address: shownAddress(target), isTaken: why === '', why }
    }),
  )
}
