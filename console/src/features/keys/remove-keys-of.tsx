import { routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { keyChanges } from './key-changes.ts'

/** Removes all keys that a manager has made, at one order; nothing where there are none. */
export function RemoveKeysOf({ manager }: { readonly manager: string }) {
  const { lines } = useList(routes.keys, { madeBy: manager })
  const remove = useOrder(routes.removeKeysOf, [...keyChanges, routes.auditLog])
  const run = async () => {
    const isSure = await confirm({
      title: `Remove all keys that ${manager} has made?`,
      action: 'Remove these keys',
      undo: 'Programs that use them stop at once. They cannot be brought back.',
      isDangerous: true,
    })
    if (!isSure) return
    await remove
      .give({ body: { madeBy: manager } })
      .then(
        ({ done }) => tellDone(done === 1 ? 'The key is removed.' : `${done} keys are removed.`),
        tellFault,
      )
  }
  if (!lines?.length) return null
  return (
    <Button
      variant="default"
      leftSection={<Trash2 size={15} aria-hidden />}
      loading={remove.isRunning}
      onClick={() => void run()}
    >
      Remove these keys
    </Button>
  )
}
