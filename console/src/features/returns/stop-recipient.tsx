import { routes } from '@mailkeep/contract'
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TenantField, TextField } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'

/** The button that stops mail to an address, with its dialog. */
export function StopRecipient() {
  if (!useMay('queue.act')) return null
  return (
    <DialogButton label="Stop a recipient" icon={Ban}>
      {(close) => <StopForm onDone={close} />}
    </DialogButton>
  )
}

function StopForm({ onDone }: { readonly onDone: () => void }) {
  const add = useOrder(routes.addSuppression, [routes.suppressions])
  const [address, setAddress] = useState('')
  const [tenant, setTenant] = useOwnTenant()
  const [days, setDays] = useState('365')
  const [note, setNote] = useState('')
  const run = async () => {
    const body = { tenant: tenant.trim(), address: address.trim(), days: Number(days), note: note.trim() }
    const added = await add.give({ body })
    tellDone(`Mail to ${added.address} comes back from now on.`)
    onDone()
  }
  return (
    <Form submit="Stop it" run={run} onCancel={onDone}>
      <TextField
        name="address"
        label="Address"
        description="Mail to it comes back to its sender at once, with the reason. It may still write to you."
        value={address}
        data-autofocus
        onText={setAddress}
      />
      <TenantField description="Whose mail to it is stopped." value={tenant} onText={setTenant} />
      <TextField name="days" label="Days" value={days} inputMode="numeric" onText={setDays} />
      <TextField name="note" label="Why" value={note} onText={setNote} />
    </Form>
  )
}
