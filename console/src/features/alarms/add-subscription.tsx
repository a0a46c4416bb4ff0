import { type NewSubscription, routes } from '@mailkeep/contract'
import { BellRing } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { SubscriptionForm } from './subscription-form.tsx'
import { WebhookSecrets } from './webhook-secrets.tsx'

/** The button that has somebody told of alarms, with the dialog behind it; secrets of webhooks are shown this once. */
export function AddSubscription({ scope }: { readonly scope: string }) {
  const add = useOrder(routes.subscribeToAlarms, [routes.alarmSubscriptions])
  const [secrets, setSecrets] = useState<readonly string[]>([])
  return (
    <>
      <DialogButton label="Tell somebody" title="Have somebody told of alarms" icon={BellRing} isMain>
        {(close) => (
          <SubscriptionForm
            scope={scope}
            submit="Tell them"
            onCancel={close}
            run={async ({ targets, ...values }) => {
              const made = await add.give({
                body: { ...values, targets: targets as NewSubscription['targets'] },
              })
              close()
              setSecrets(made.secrets.map((each) => each.secret))
              if (made.secrets.length === 0)
                tellDone('They are told from now on. Send a test to see it arrive.')
            }}
          />
        )}
      </DialogButton>
      <WebhookSecrets secrets={secrets} onClose={() => setSecrets([])} />
    </>
  )
}
