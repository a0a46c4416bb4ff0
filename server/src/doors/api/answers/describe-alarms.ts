import type {
  AlarmLine,
  AlarmNotice,
  AlarmNoticeView,
  Subscription as ShownSubscription,
} from '@mailkeep/contract'
import { adviceFor } from '#ground/platform/alarm-advice.ts'
import { kindOf } from '#ground/platform/alarm-kinds.ts'
import { mayReach, type Principal } from '#services/access/principal.ts'
import type { AlarmState, Subscription, Target } from '#services/alarms/alarm-store.ts'
import { severityOf } from '#services/alarms/due-tellings.ts'
import type { Notice } from '#services/alarms/notice-store.ts'
import { wordsOf } from '#services/alarms/notice-words.ts'
import { stateKey } from '#services/alarms/plan-notices.ts'
import { shownAddress } from '#services/alarms/target.ts'
import { stateOf } from '#services/directory/directory-order.ts'
import type { ApiParts } from '../api-parts.ts'
import { moment, momentOrNull } from './moment.ts'

const shownForMs = 2 * 86_400_000

/** A notice with the subscription that it is for. */
export interface OwnedNotice {
  readonly notice: Notice
  readonly subscription: Subscription
}

/** Whether somebody may see who is told by a subscription, and change it. */
export function mayReachSubscription(principal: Principal, { scope, tenant }: Subscription): boolean {
  return mayReach(principal, tenant, scope.startsWith('domain:') ? scope.slice(7) : null)
}

/** What was told by subscriptions in reach: open notices and those of the last days, the newest first. */
export async function noticesInReach(
  { alarmTelling, clock }: Pick<ApiParts, 'alarmTelling' | 'clock'>,
  principal: Principal,
): Promise<OwnedNotice[]> {
  const subscriptions = new Map(
    (await alarmTelling.alarms.subscriptions())
      .filter((each) => mayReachSubscription(principal, each))
      .map((each) => [each.id, each]),
  )
  if (subscriptions.size === 0) return []
  const notices = await alarmTelling.notices.notices(clock.now() - shownForMs)
  return notices
    .flatMap((notice) => {
      const subscription = subscriptions.get(notice.subscription)
      return subscription ? [{ notice, subscription }] : []
    })
    .reverse()
}

/** Who looks after alarms, as far as notices in reach tell. */
export function acknowledgedOf(
  notices: readonly OwnedNotice[],
): (state: AlarmState) => Pick<AlarmLine, 'acknowledged' | 'isTold'> {
  const found = new Map<string, Pick<AlarmLine, 'acknowledged' | 'isTold'>>()
  for (const { notice } of notices)
    for (const line of notice.lines) {
      const { ackedAt, ackedBy, endedAt } = notice
      const known = found.get(stateKey(line))
      found.set(stateKey(line), {
        isTold: known?.isTold === true || endedAt === null,
        acknowledged:
          known?.acknowledged ?? (ackedAt === null ? null : { at: moment(ackedAt), who: ackedBy ?? '' }),
      })
    }
  return (state) => found.get(stateKey(state)) ?? { acknowledged: null, isTold: false }
}

/** A subscription as it is shown: no key, and no address that lets somebody write. */
export function describeSubscription(
  subscription: Subscription,
  notices: readonly Notice[],
): ShownSubscription {
  const { createdAt, names, targets, quiet, ...each } = subscription
  return {
    ...each,
    names: [...names],
    quiet: quiet && { ...quiet, days: [...quiet.days] },
    targets: targets.map((target, n) => ({
      ...shown(target),
      afterMinutes: Math.round(target.afterMs / 60_000),
      ...failureOf(
        notices.filter((notice) => notice.subscription === each.id),
        n,
      ),
    })),
    createdAt: moment(createdAt),
    etag: stateOf(subscription),
  }
}

function failureOf(notices: readonly Notice[], n: number): { failingSince: string | null; error: string } {
  const failing = notices
    .flatMap((each) =>
      each.tellings.filter((telling) => telling.target === n && telling.failingSince !== null),
    )
    .sort((a, b) => (a.failingSince ?? 0) - (b.failingSince ?? 0))[0]
  return { failingSince: momentOrNull(failing?.failingSince ?? null), error: failing?.error ?? '' }
}

const shown = (target: Target) => ({ form: target.form, address: shownAddress(target) })

export function describeNotice({ notice, subscription }: OwnedNotice): AlarmNotice {
  const { scope, targets } = subscription
  const { id, lines, tellings, ackedBy } = notice
  const given = { notice, scope, toldRevision: 0, secret: '', consoleUrl: '', incidentOf: () => null }
  return {
    ...{ id, subscription: subscription.id, scope, headline: wordsOf(given).headline, ackedBy },
    severity: severityOf(notice),
    openedAt: moment(notice.openedAt),
    endedAt: momentOrNull(notice.endedAt),
    ackedAt: momentOrNull(notice.ackedAt),
    open: lines.filter((each) => each.state === 'open').length,
    alarms: lines.length,
    told: tellings.flatMap(({ target, firstToldAt, failingSince, error }) => {
      const known = targets[target]
      if (!known) return []
      const at = momentOrNull(firstToldAt)
      return [{ ...shown(known), at, failingSince: momentOrNull(failingSince), error }]
    }),
  }
}

export function describeWholeNotice(owned: OwnedNotice): AlarmNoticeView {
  return {
    ...describeNotice(owned),
    lines: owned.notice.lines.map(({ name, subject, text, since, clearedAt, state, why }) => ({
      ...{ name, subject, text, severity: kindOf(name).severity, since: moment(since) },
      ...{ clearedAt: momentOrNull(clearedAt), withdrawn: state === 'wrong' ? why : null },
    })),
    advice: adviceFor(owned.notice.lines.map(({ name }) => name)),
  }
}
