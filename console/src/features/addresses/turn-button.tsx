import { routes, type SendingAddressView } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

/** What every change of an address changes. */
export const addressRoutes = [routes.sendingAddresses, routes.sendingAddress, routes.auditLog]

/** Takes an address out of rotation, or back into it. */
export function TurnButton({
  address: { ip, pool, state },
  isLarge = false,
}: {
  readonly address: Pick<SendingAddressView, 'ip' | 'pool' | 'state'>
  readonly isLarge?: boolean
}) {
  const change = useOrder(routes.changeSendingAddress, addressRoutes)
  const set = (next: SendingAddressView['state']) => change.give({ params: { ip }, body: { state: next } })
  const rest = async () => {
    const yes = await confirm({
      title: `Take ${ip} out of rotation?`,
      text: `No ${pool} mail leaves by it from then on; the other addresses of its pool carry it. What is under way goes on.`,
      action: 'Take it out',
      undo: 'It can be put back at any time, and then still knows what it has learnt.',
    })
    if (!yes) return
    await set('resting')
    tellDone(`${ip} rests.`, () => set('active'))
  }
  const work = async () => {
    await set('active')
    tellDone(`${ip} carries mail again.`, () => set('resting'))
  }
  const isResting = state === 'resting'
  return (
    <Button
      variant="default"
      {...(!isLarge && { size: 'compact-xs' })}
      aria-label={isResting ? `Put ${ip} back` : `Take ${ip} out`}
      loading={change.isRunning}
      onClick={() => void (isResting ? work() : rest()).catch(tellFault)}
    >
      {isResting ? 'Put back' : 'Take out'}
    </Button>
  )
}
