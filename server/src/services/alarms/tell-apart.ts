import { newId } from '#ground/platform/ids.ts'
import type { Subscription, Target } from './alarm-store.ts'
import { postOf } from './notice-forms.ts'
import type { Notice, NoticeLine } from './notice-store.ts'
import { type ApartCause, type NoticeWords, wordsOf } from './notice-words.ts'
import { postNotice } from './post-notice.ts'
import { shownAddress } from './target.ts'
import type { TellParts } from './tell-alarms.ts'

/** What came of telling one target. */
export interface ApartResult {
  readonly form: Target['form']
  readonly address: string
  readonly isTaken: boolean
  /** Why not; empty: it was taken. A mail that was taken is on its way. */
  readonly why: string
}

export type ApartParts = Pick<TellParts, 'send' | 'fetch' | 'now'>

/**
 * Tells all targets of a subscription of something that is no alarm, once, whatever the hour. A pager is told of a test
 * or a drill, and of its end at once, so that nobody has to close it; it has nothing to do with the end of a subscription.
 */
export async function tellApart(
  parts: ApartParts,
  { id: subscription, scope, tenant, targets }: Subscription,
  cause: ApartCause,
  text: string,
): Promise<ApartResult[]> {
  const at = parts.now()
  const line: NoticeLine = {
    ...{ name: cause, subject: cause === 'ended' ? scope : cause, text, since: at },
    ...{ state: 'open', raisedAt: 1, endedAt: null, clearedAt: null, why: '' },
  }
  const notice: Notice = {
    ...{ id: newId(at), subscription, cause, openedAt: at, joinedAt: at, revision: 1 },
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
        (fault: Error) => fault.message,
      )
    }
    const post = (of: NoticeWords) =>
      postNotice(parts.fetch, address, postOf({ form, secret }, of, newId(parts.now()), parts.now()))
    const began = await post(words(notice, 0))
    return began.why !== '' || form !== 'pagerduty' ? began.why : (await post(words(over, 1))).why
  }
  return Promise.all(
    targets
      .filter((each) => cause !== 'ended' || each.form !== 'pagerduty')
      .map(async (target) => {
        const why = await tell(target)
        return { form: target.form, address: shownAddress(target), isTaken: why === '', why }
      }),
  )
}
