import { Plus } from 'lucide-react'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { AddressForm } from './address-form.tsx'

/** The button that lets mail leave by another address, with its dialog. */
export function AddAddress() {
  if (!useMay('site.write')) return null
  return (
    <DialogButton label="Add an address" title="Let mail leave by an address" icon={Plus} isMain>
      {(close) => <AddressForm known={null} close={close} />}
    </DialogButton>
  )
}
