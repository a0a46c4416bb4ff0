import type { WebhookView } from '@mailkeep/contract'
import { Due, Moment } from '../../ui/moment.tsx'
import { Mark } from '../../ui/state-mark.tsx'

/** How a webhook does. */
export function HookState({
  hook,
  isWhole = false,
}: {
  readonly hook: WebhookView
  /** With the reason, and when it is tried again. */
  readonly isWhole?: boolean
}) {
  const { pausedAt, pausedWhy, failingSince, nextTryAt } = hook
  if (pausedAt !== null)
    return (
      <Mark tone="bad">
        paused
        {isWhole && (
          <>
            {' '}
            since <Moment at={pausedAt} form="since" />
          </>
        )}
        {pausedWhy !== null && <span title={pausedWhy}>: {pausedWhy}</span>}
      </Mark>
    )
  if (failingSince !== null)
    return (
      <Mark tone="aside">
        failing since <Moment at={failingSince} form="since" />
        {isWhole && nextTryAt !== null && (
          <>
            , next try <Due at={nextTryAt} />
          </>
        )}
      </Mark>
    )
  return <Mark tone="good">in order</Mark>
}
