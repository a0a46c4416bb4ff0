import { type QueueActionName, routes, type Static, type Trace } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'
import { tellDone, tellFault } from '../../ui/toast.tsx'

type QueueAction = Static<typeof QueueActionName>

const changed = [routes.message, routes.messages, routes.queue, routes.overview, routes.quarantine]
const states = {
  retry: 'waiting',
  hold: 'waiting',
  release: 'held',
  return: 'held',
  resend: 'returned',
} as const

/** What whoever looks may do with this message now. */
export function MessageActions({ trace }: { readonly trace: Trace }) {
  const mayQueue = useMay('queue.act')
  const mayQuarantine = useMay('quarantine.act')
  const countIn = (state: string) => trace.recipients.filter((each) => each.state === state).length
  const queue = useQueueActions(trace)
  const quarantine = useQuarantineActions(trace)
  const aside = countIn('quarantined')
  const go = useGo()
  return (
    <>
      {mayQuarantine && aside > 0 && (
        <>
          <Button onClick={() => void quarantine('release', aside)}>
            Release to {countOf(aside, 'person', 'people')}
          </Button>
          <Button variant="default" onClick={() => void quarantine('delete', aside)}>
            Delete
          </Button>
          <Button variant="default" onClick={() => go(`/quarantine/${trace.id}`)}>
            Allow or block its sender
          </Button>
        </>
      )}
      {mayQueue && countIn('held') > 0 && (
        <>
          <Button onClick={() => void queue('release', countIn(states.release))}>Release</Button>
          <Button variant="default" onClick={() => void queue('return', countIn(states.return))}>
            Return to the sender
          </Button>
        </>
      )}
      {mayQueue && countIn('waiting') > 0 && (
        <>
          <Button variant="default" onClick={() => void queue('retry', countIn(states.retry))}>
            Try again now
          </Button>
          <Button variant="default" onClick={() => void queue('hold', countIn(states.hold))}>
            Hold
          </Button>
        </>
      )}
      {mayQueue && trace.contentKept && countIn('returned') > 0 && (
        <Button onClick={() => void queue('resend', countIn(states.resend))}>Send again</Button>
      )}
    </>
  )
}

const said: Readonly<Record<keyof typeof states, string>> = {
  retry: 'is tried again now',
  hold: 'is held',
  release: 'goes on its way',
  return: 'goes back to the sender',
  resend: 'is sent once more',
}

function useQueueActions({ id }: Trace): (action: keyof typeof states, count: number) => Promise<void> {
  const order = useOrder(routes.orderQueue, changed)
  const give = (action: QueueAction) => order.give({ body: { action, selection: { messageIds: [id] } } })
  return async (action, count) => {
    const isReturn = action === 'return'
    if (
      isReturn &&
      !(await confirm({
        title: `Return ${countOf(count, 'delivery', 'deliveries')} to the sender?`,
        action: 'Return to the sender',
        undo: 'The sender is told at once; that cannot be taken back. What was returned can be sent again for seven days.',
        isDangerous: true,
      }))
    )
      return
    try {
      const task = await give(action)
      const undo = action === 'hold' ? () => give('release') : undefined
      if (task.done === 0 && task.state === 'done')
        tellDone('Nothing was left to do: it has gone on in the meantime.')
      else tellDone(`${countOf(task.total, 'delivery', 'deliveries')} ${said[action]}.`, undo)
    } catch (fault) {
      tellFault(fault)
    }
  }
}

function useQuarantineActions({ id }: Trace): (action: 'release' | 'delete', count: number) => Promise<void> {
  const release = useOrder(routes.releaseQuarantined, changed)
  const remove = useOrder(routes.deleteQuarantined, changed)
  return async (action, count) => {
    const people = countOf(count, 'person', 'people')
    if (
      action === 'delete' &&
      !(await confirm({
        title: `Delete this message for ${people}?`,
        action: 'Delete it',
        undo: 'This cannot be taken back.',
        isDangerous: true,
      }))
    )
      return
    try {
      const order = action === 'release' ? release : remove
      const { done, rescan } = await order.give({ params: { id }, body: {} })
      const what = action === 'delete' ? 'Deleted' : rescan ? 'Scanned once more, then released' : 'Released'
      tellDone(
        done === 0
          ? 'Somebody was faster: nothing was left to do.'
          : `${what} for ${countOf(done, 'person', 'people')}.`,
      )
    } catch (fault) {
      tellFault(fault)
    }
  }
}
