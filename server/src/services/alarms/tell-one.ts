import { newSecret } from '#services/access/secret.ts'
import type { Subscription, Target } from './alarm-store.ts'
import { closeAtPager } from './close-at-pager.ts'
import { postOf } from './notice-forms.ts'
import type { Notice, Telling } from './notice-store.ts'
import { type NoticeWords, wordsOf } from './notice-words.ts'
import { postNotice } from './post-notice.ts'
import type { IncidentFinder, TellParts } from './tell-alarms.ts'

const longestRetryMs = 5 * 60_000

/**
 * Tells one place of a notice. Written down first: after a crash it is sent then, under the same id, and a mail not twice.
 * The subscription may be changed or ended at any moment: a place that is told no more before it is asked is not asked, and
 * a pager that was asked meanwhile is told the end.
 * @param n the place, by its number
 * @returns whether it was told
 */
export async function tellOne(
  parts: TellParts,
  subscription: Subscription,
  notice: Notice,
  n: number,
  incidentOf: IncidentFinder,
): Promise<boolean> {
  const { notices, now, newId, wasSent } = parts
  const target = subscription.targets[n]
  if (!target) return false
  const { revision } = notice
  const given = {
    revision,
    message: newId(),
    secret: newSecret(),
    now: now(),
    leaseUntil: now() + parts.settings().leaseMs,
  }
  const telling = await notices.claimTelling(notice.id, n, given)
  if (telling?.pending == null) return false
  // From here on whoever takes the place out sees that it is being told; what was taken out before is seen here.
  const asItIs = await parts.alarms.subscription(subscription.id)
  if (!isSamePlace(asItIs?.targets[n], target)) {
    await notices.releaseTelling(notice.id, telling.pending, given)
    return false
  }
  const isMail = target.form === 'mail'
  if (isMail && telling.pending !== given.message && (await wasSent(telling.pending))) {
    const told = { kind: 'told', revision: telling.pendingRevision, at: now() } as const
    await notices.settleTelling(notice.id, telling.pending, told)
    return false
  }
  const { toldRevision, secret } = telling
  const { consoleUrl } = parts.settings()
  const words = wordsOf({ notice, scope: subscription.scope, toldRevision, secret, consoleUrl, incidentOf })
  const { why, fault } = await sendTo(parts, subscription, n, words, telling)
  const isStanding = await notices.settleTelling(
    notice.id,
    telling.pending,
    why === ''
      ? { kind: 'told', revision, at: now() }
      : {
          ...{ kind: 'failed', dueAt: now() + waitMs(telling, parts), at: now(), error: why },
          leaseUntil: given.leaseUntil,
        },
  )
  if (!isStanding) await closeWhereGone(parts, subscription, notice, n)
  if (fault !== undefined) throw fault
  return why === ''
}

/**
 * Closes what a pager was told of while its place was taken out: whoever did that may have closed it there before it was
 * opened, and the key is nowhere any more.
 */
async function closeWhereGone(
  { alarms, directory, fetch, now }: TellParts,
  subscription: Subscription,
  notice: Notice,
  n: number,
): Promise<void> {
  const { id, tenant, targets } = subscription
  const target = targets[n]
  if (target?.form !== 'pagerduty') return
  // Where the place stands another process has taken the telling over, and goes on with it.
  if ((await alarms.subscription(id))?.targets.some((each) => isSamePlace(each, target))) return
  if (await closeAtPager(fetch, subscription, notice, n, now())) return
  const detail = { id, pagerIncidentsLeftOpen: 1 }
  await directory.recordChange(now(), 'alarm-pagers-left-open', 'alarms', detail, { tenant, ip: '' })
}

function isSamePlace(one: Target | undefined, other: Target): boolean {
  return one?.form === other.form && one.address === other.address && one.secret === other.secret
}

/** @returns why it was not taken; empty: it was. `fault`: the reason is here, and not at the target. */
async function sendTo(
  { send, fetch, now }: TellParts,
  { targets, tenant }: Subscription,
  n: number,
  words: NoticeWords,
  { pending, firstMessage }: Telling,
): Promise<{ readonly why: string; readonly fault?: unknown }> {
  const target = targets[n]
  if (!target || pending === null) return { why: 'it is gone' }
  const { form, address, secret } = target
  if (form === 'mail') {
    const mail = { id: pending, to: address, tenant, words, first: firstMessage }
    return send(mail).then(
      () => ({ why: '' }),
      (cause: Error) => ({ why: cause.message.slice(0, 300), fault: cause }),
    )
  }
  return postNotice(fetch, address, postOf({ form, secret }, words, pending, now()))
}

function waitMs({ tries }: Telling, { settings }: TellParts): number {
  return Math.min(longestRetryMs, settings().retryMs * 2 ** Math.min(tries, 20))
}
