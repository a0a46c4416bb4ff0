import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { AlarmStore, Subscription } from './alarm-store.ts'
import type { Notice, NoticeStore } from './notice-store.ts'
import { shownAddress } from './target.ts'

interface LinkParts {
  readonly alarms: Pick<AlarmStore, 'subscriptions'>
  readonly notices: NoticeStore
  readonly directory: Pick<DirectoryStore, 'recordChange'>
}

/** What a link in a message about alarms leads to. */
export interface LinkedNotice {
  readonly notice: Notice
  readonly subscription: Subscription
  /** Who was told, as it may be shown. */
  readonly who: string
}

/** Looks, and changes nothing: programs that look at mail follow its links too. Null: there is none such any more. */
export async function lookByLink(
  { alarms, notices }: LinkParts,
  secret: string,
): Promise<LinkedNotice | null> {
  const found = await notices.ofSecret(secret)
  const subscription =
    found && (await alarms.subscriptions()).find((each) => each.id === found.notice.subscription)
  const target = found && subscription?.targets[found.target]
  return found && subscription && target
    ? { notice: found.notice, subscription, who: `${target.form} ${shownAddress(target)}` }
    : null
}

/** Says that whoever got the message looks after it. Again: nothing. Null: there is none such any more. */
export async function acknowledgeByLink(
  parts: LinkParts,
  secret: string,
  at: number,
  ip: string,
): Promise<LinkedNotice | null> {
  const found = await lookByLink(parts, secret)
  if (!found) return null
  const { notice, subscription, who } = found
  if ((await parts.notices.acknowledge([notice.id], who, at)) > 0)
    await parts.directory.recordChange(
      ...([at, 'alarm-acknowledged', `link:${who}`, { notices: [notice.id] }] as const),
      { tenant: subscription.tenant, ip },
    )
  return found
}
