import { routes } from '@mailkeep/contract'
import { UserX } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'

/** The button that suspends a mailbox before the figures do, with its dialog. */
export function SuspendMailbox() {
  if (!useMay('quarantine.act')) return null
  return (
    <DialogButton label="Suspend a mailbox" icon={UserX}>
      {(close) => <SuspendForm close={close} />}
    </DialogButton>
  )
}

function SuspendForm({ close }: { readonly close: () => void }) {
  const free = useOrder(routes.freeSender, [routes.suspendedSenders])
  const [address, setAddress] = useState('')
  const [why, setWhy] = useState('')
  const tell = ({ address: suspended }: { readonly address: string }) =>
    tellDone(`${suspended} may not send any more.`, () => free.give({ params: { address: suspended } }))
  return (
    <DialogForm
      route={routes.suspendSender}
      changes={[routes.suspendedSenders]}
      question={() => ({ body: { address: address.trim(), why: why.trim() } })}
      done={null}
      onDone={tell}
      close={close}
      submit="Suspend it"
      isOff={address.trim() === '' || why.trim() === ''}
    >
      <TextField
        name="address"
        label="Address"
        description="It may not send until it is freed or reset; what waits of it is held. Its owner is told."
        data-autofocus
        maxLength={320}
        value={address}
        onText={setAddress}
      />
      <TextField
        name="why"
        label="Why"
        description="Its owner and other managers read this."
        maxLength={500}
        value={why}
        onText={setWhy}
      />
    </DialogForm>
  )
}
