import { routes } from '@mailkeep/contract'
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay, useMe } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
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
  const scope = useScope()
  const me = useMe()
  const add = useOrder(routes.addSuppression, [routes.suppressions])
  const [address, setAddress] = useState('')
  const [tenant, setTenant] = useState(scope?.startsWith('tenant:') ? scope.slice(7) : me.tenant)
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
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <TextField
        name="tenant"
        label="Tenant"
        description="Whose mail to it is stopped."
        value={tenant}
        onChange={(event) => setTenant(event.currentTarget.value)}
      />
      <TextField
        name="days"
        label="Days"
        value={days}
        inputMode="numeric"
        onChange={(event) => setDays(event.currentTarget.value)}
      />
      <TextField
        name="note"
        label="Why"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Form>
  )
}
