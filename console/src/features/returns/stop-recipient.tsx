import { routes } from '@mailkeep/contract'
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { TenantField } from '../../ui/scope-field.tsx'

/** The button that stops mail to an address, with its dialog. */
export function StopRecipient() {
  if (!useMay('queue.act')) return null
  return (
    <DialogButton label="Stop a recipient" icon={Ban}>
      {(close) => <StopForm close={close} />}
    </DialogButton>
  )
}

function StopForm({ close }: { readonly close: () => void }) {
  const [address, setAddress] = useState('')
  const [tenant, setTenant] = useOwnTenant()
  const [days, setDays] = useState('365')
  const [note, setNote] = useState('')
  return (
    <DialogForm
      route={routes.addSuppression}
      changes={[routes.suppressions]}
      question={() => ({
        body: { tenant: tenant.trim(), address: address.trim(), days: Number(days), note: note.trim() },
      })}
      done={(stopped) => `Mail to ${stopped.address} comes back from now on.`}
      close={close}
      submit="Stop it"
      isOff={address.trim() === '' || tenant.trim() === ''}
    >
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
    </DialogForm>
  )
}
