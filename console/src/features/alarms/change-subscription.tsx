import { routes, type Subscription } from '@mailkeep/contract'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { SubscriptionForm } from './subscription-form.tsx'
import { WebhookSecrets } from './webhook-secrets.tsx'

/** The button that changes who is told and how; what somebody else has changed meanwhile is not written over. */
export function ChangeSubscription({ subscription }: { readonly subscription: Subscription }) {
  const change = useOrder(routes.changeSubscription, [routes.alarmSubscriptions])
  const [secrets, setSecrets] = useState<readonly string[]>([])
  const { id, scope } = subscription
  return (
    <>
      <DialogButton label="Change" title={`Who is told of ${scope.replace(/^(tenant|domain):/, '')}`}>
        {(close) => (
          <Changing
            subscription={subscription}
            onCancel={close}
            give={async (seen, { scope: _same, ...body }) => {
              const made = await change.give({
                params: { subscription: id },
                body,
                ifMatch: `"${seen.etag}"`,
              })
              close()
              setSecrets(made.secrets.map((each) => each.secret))
              tellDone('It is changed.')
            }}
          />
        )}
      </DialogButton>
      <WebhookSecrets secrets={secrets} onClose={() => setSecrets([])} />
    </>
  )
}

/** Shows what stood there when the dialog was opened, whatever comes meanwhile. */
function Changing({
  subscription,
  give,
  onCancel,
}: {
  readonly subscription: Subscription
  readonly give: (
    seen: Subscription,
    values: Parameters<Parameters<typeof SubscriptionForm>[0]['run']>[0],
  ) => Promise<void>
  readonly onCancel: () => void
}) {
  const [seen] = useState(subscription)
  return (
    <SubscriptionForm
      scope={seen.scope}
      known={seen}
      submit="Change it"
      onCancel={onCancel}
      run={(values) => give(seen, values)}
    />
  )
}
