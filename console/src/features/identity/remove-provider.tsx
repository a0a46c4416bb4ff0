import { type AccountView, type ProviderView, routes } from '@mailkeep/contract'
import { Trash2 } from 'lucide-react'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { ProvenOrder } from '../../ui/proven-order.tsx'
import { tellDone } from '../../ui/toast.tsx'

/** Takes the provider away, by whoever proves who he is. */
export function RemoveProvider({
  view: { tenant, provider },
  account,
}: {
  readonly view: ProviderView
  readonly account: AccountView
}) {
  const name = provider?.name ?? 'the provider'
  return (
    <DialogButton label="Remove" icon={Trash2} about={name} title={`Remove ${name}?`}>
      {(close) => (
        <ProvenOrder
          account={account}
          route={routes.removeIdentityProvider}
          query={{ scope: `tenant:${tenant}` }}
          changes={[routes.identityProvider, routes.auditLog]}
          submit="Remove the provider"
          close={close}
          onDone={() => tellDone('The provider is removed.')}
        >
          <p>
            Nobody signs in with it any more. Passwords, passkeys and links keep working. It can be set again;
            whom it has met before is forgotten.
          </p>
        </ProvenOrder>
      )}
    </DialogButton>
  )
}
