import { routes, type SuspendedLine } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './senders.module.css'

/** The two ways out of a suspension: it was its own mail, or somebody else had the password. */
export function SenderActs({ line: { address, held } }: { readonly line: SuspendedLine }) {
  const changes = [routes.suspendedSenders]
  const free = useOrder(routes.freeSender, changes)
  const reset = useOrder(routes.resetSender, changes)
  const suspend = useOrder(routes.suspendSender, changes)
  const mayReset = useMay('directory.write')
  const params = { address }
  const askFree = async () => {
    const yes = await confirm({
      title: `Let ${address} send again?`,
      text: `It was its own mail. ${countOf(held, 'delivery leaves', 'deliveries leave')}, and as much counts as usual for 30 days.`,
      action: 'Let it send',
      undo: 'It can be suspended again; what has left by then cannot be taken back.',
    })
    if (!yes) return
    const done = await free.give({ params })
    tellDone(
      `${address} sends again; ${countOf(done.deliveries, 'delivery leaves', 'deliveries leave')}.`,
      () => suspend.give({ body: { address, why: 'it was freed by mistake' } }),
    )
  }
  const askReset = async () => {
    const yes = await confirm({
      title: `Take the mail passwords of ${address} away?`,
      text: `Somebody else had them. ${countOf(held, 'delivery goes', 'deliveries go')} to quarantine, from where each can be released.`,
      action: 'Take them away',
      undo: 'Passwords cannot be brought back; new ones can be made on the page of the person.',
      isDangerous: true,
    })
    if (!yes) return
    const done = await reset.give({ params })
    tellDone(
      `${countOf(done.passwords, 'password opens', 'passwords open')} nothing any more; ${countOf(done.deliveries, 'delivery is', 'deliveries are')} in quarantine.`,
    )
  }
  return (
    <span className={classes.acts}>
      <Button
        variant="default"
        size="compact-xs"
        aria-label={`Let ${address} send again`}
        loading={free.isRunning}
        onClick={() => void askFree().catch(tellFault)}
      >
        Free
      </Button>
      {mayReset && (
        <Button
          variant="default"
          size="compact-xs"
          aria-label={`Reset ${address}`}
          loading={reset.isRunning}
          onClick={() => void askReset().catch(tellFault)}
        >
          Reset
        </Button>
      )}
    </span>
  )
}
