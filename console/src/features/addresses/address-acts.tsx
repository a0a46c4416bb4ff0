import { routes, type SendingAddressView } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { AddressForm } from './address-form.tsx'
import classes from './addresses.module.css'
import { TurnButton } from './turn-button.tsx'

/** What can be done with an address: out of rotation and back, another name or plan, away. */
export function AddressActs({
  address,
  onGone,
}: {
  readonly address: SendingAddressView
  readonly onGone: () => void
}) {
  const remove = useOrder(routes.removeSendingAddress, [routes.sendingAddresses, routes.auditLog])
  const mayWrite = useMay('site.write')
  if (!mayWrite || address.from !== 'store') return null
  const { ip, pool } = address
  const take = async () => {
    const yes = await confirm({
      title: `Remove ${ip}?`,
      text: `No ${pool} mail leaves by it any more.`,
      action: 'Remove the address',
      undo: 'It can be added again. To take it out for a while, let it rest instead.',
      isDangerous: true,
    })
    if (!yes) return
    await remove.give({ params: { ip } })
    tellDone('It is removed.')
    onGone()
  }
  return (
    <span className={classes.acts}>
      <TurnButton address={address} isLarge />
      <DialogButton label="Change" title={`Change ${ip}`}>
        {(close) => <AddressForm known={address} close={close} />}
      </DialogButton>
      <Button variant="default" onClick={() => void take().catch(tellFault)}>
        Remove
      </Button>
    </span>
  )
}
