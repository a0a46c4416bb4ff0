import { routes, type Trace } from '@mailkeep/contract'
import { queueActionFrom } from '@mailkeep/contract/queue-action-states'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'
import { RerouteDialog } from '../../ui/reroute-dialog.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

type QueueAction = keyof typeof queueActionFrom

const changed = [routes.message, routes.messages, routes.queue, routes.overview, routes.quarantine]

/** What whoever looks may do with this message now. */
export function MessageActions({ trace }: { readonly trace: Trace }) {
  const mayQueue = useMay('queue.act')
  const mayQuarantine = useMay('quarantine.act')
  const mayReroute = useMay('site.write')
  const countIn = (...wanted: readonly string[]) =>
    trace.recipients.filter(({ state }) => wanted.includes(state)).length
  const countFor = (...actions: readonly QueueAction[]) =>
    countIn(...new Set(actions.flatMap((action) => [...queueActionFrom[action]])))
  const queue = useQueueActions(trace, countFor)
  const [isRerouting, setRerouting] = useState(false)
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
      {mayQueue && countFor('release') > 0 && <Button onClick={() => void queue('release')}>Release</Button>}
      {mayQueue && countFor('retry', 'hold') > 0 && (
        <>
          <Button variant="default" onClick={() => void queue('retry')}>
            Try again now
          </Button>
          <Button variant="default" onClick={() => void queue('hold')}>
            Hold
          </Button>
        </>
      )}
      {mayQueue && countFor('reroute', 'return') > 0 && (
        <>
          {mayReroute && (
            <Button variant="default" onClick={() => setRerouting(true)}>
              Another next hop
            </Button>
          )}
          <Button variant="default" onClick={() => void queue('return')}>
            Return to the sender
          </Button>
        </>
      )}
      {mayQueue && trace.contentKept && countFor('resend') > 0 && (
        <Button onClick={() => void queue('resend')}>Send again</Button>
      )}
      <RerouteDialog
        isOpen={isRerouting}
        close={() => setRerouting(false)}
        submit={`Send ${countOf(countFor('reroute'), 'delivery', 'deliveries')} there`}
        run={async (via) => {
          setRerouting(false)
          await queue('reroute', via)
        }}
      />
    </>
  )
}

const said: Readonly<Record<QueueAction, string>> = {
  retry: 'is tried again now',
  hold: 'is held',
  release: 'goes on its way',
  reroute: 'goes to the other next hop',
  return: 'goes back to the sender',
  resend: 'is sent once more',
}

function useQueueActions(
  { id }: Trace,
  countFor: (action: QueueAction) => number,
): (action: QueueAction, via?: string) => Promise<void> {
  const order = useOrder(routes.orderQueue, changed)
  const give = (action: QueueAction, nextHop?: string) =>
    order.give({
      body: { action, selection: { messageIds: [id] }, ...(nextHop !== undefined && { nextHop }) },
    })
  return async (action, via) => {
    if (
      action === 'return' &&
      !(await confirm({
        title: `Return ${countOf(countFor(action), 'delivery', 'deliveries')} to the sender?`,
        action: 'Return to the sender',
        undo: 'The sender is told at once; that cannot be taken back. What was returned can be sent again for seven days.',
        isDangerous: true,
      }))
    )
      return
    try {
      const task = await give(action, via)
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
    const isMeant = await confirm(
      action === 'release'
        ? {
            title: `Release to ${people}?`,
            action: `Release to ${people}`,
            undo: 'Released mail cannot be called back.',
          }
        : {
            title: `Delete this message for ${people}?`,
            action: 'Delete it',
            undo: 'This cannot be taken back.',
            isDangerous: true,
          },
    )
    if (!isMeant) return
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
