import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import type { AlarmStore, Subscription } from './alarm-store.ts'
import { inNotices, type Notice, type NoticeStore } from './notice-store.ts'
import { shownAddress } from './target.ts'

interface LinkParts {
  readonly alarms: Pick<AlarmStore, 'subscriptions'>
  readonly notices: NoticeStore
}

interface AcknowledgeParts extends LinkParts {
  readonly directory: Pick<DirectoryStore, 'recordedChange'>
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
  parts: AcknowledgeParts,
  secret: string,
  at: number,
  ip: string,
): Promise<LinkedNotice | null> {
  const found = await lookByLink(parts, secret)
  if (!found) return null
  const { notice, subscription, who } = found
  await changeRecorded(
    { directory: parts.directory, at, who: `link:${who}`, ip },
    inNotices.acknowledge([notice.id], who, at),
    { what: 'alarm-acknowledged', tenant: subscription.tenant, detail: { notices: [notice.id] } },
  )
  return found
}
