import { type QueueHop, type QueueQuery, type QueueView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { ListChecks } from 'lucide-react'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { type Answer, useAnswer } from '../../session/use-answer.ts'
import { listOf } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/notes.tsx'
import { RerouteDialog } from '../../ui/reroute-dialog.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { useSelection } from '../../ui/use-selection.ts'
import { hopColumns } from './hop-columns.tsx'
import { messagesOf } from './messages-of.ts'
import { StartedOrders } from './started-orders.tsx'
import { useHopOrders } from './use-hop-orders.ts'

const everyMs = 4000

export function useQueue(query: QueueQuery): Answer<QueueView> {
  return useAnswer(routes.queue, { query }, { every: everyMs })
}

const keyOf = ({ state, nextHop }: QueueHop) => `${state} ${nextHop}`

/** What waits and what is held, by next hop, with what can be done about it. */
export function QueueList({
  found,
  filter,
}: {
  readonly found: Answer<QueueView>
  readonly filter: QueueQuery
}) {
  const mayAct = useMay('queue.act')
  const mayReroute = useMay('site.write')
  const selection = useSelection(`queue ${useScope()} ${JSON.stringify(filter)}`)
  const { started, order } = useHopOrders(filter.before)
  const [rerouted, setRerouted] = useState<readonly QueueHop[] | null>(null)
  const hops = found.value?.hops.value ?? []
  return (
    <>
      <StartedOrders orders={started} />
      <DataList
        label="Next hops"
        list={listOf(found, found.value?.hops, found.value?.completeUpTo)}
        columns={hopColumns}
        keyOf={keyOf}
        hrefOf={messagesOf}
        nameOf={({ nextHop, state }) => `${nextHop || 'next hop unknown'}, ${state}`}
        empty={
          Object.keys(filter).length > 0 ? (
            <Empty title="Nothing fits" action={<ScopedLink to="/queue">Show all</ScopedLink>}>
              Something else may wait, or be held.
            </Empty>
          ) : (
            <Empty title="Nothing waits" icon={ListChecks}>
              Mail that cannot be handed on yet stands here by next hop, with what that said, until it is
              delivered.
            </Empty>
          )
        }
        {...(mayAct && { selection })}
        rowKeys={
          mayAct ? [{ key: 'r', does: 'try again now', run: (hop) => void order('retry', [hop]) }] : []
        }
        actions={({ keys }) => {
          const chosen = hops.filter((each) => keys.includes(keyOf(each)))
          const waits = chosen.some(({ state }) => state === 'waiting')
          const isHeld = chosen.some(({ state }) => state === 'held')
          return (
            <>
              {waits && <Button onClick={() => void order('retry', chosen)}>Try again now</Button>}
              {waits && (
                <Button variant="default" onClick={() => void order('hold', chosen)}>
                  Hold
                </Button>
              )}
              {isHeld && (
                <Button variant={waits ? 'default' : 'filled'} onClick={() => void order('release', chosen)}>
                  Release
                </Button>
              )}
              {mayReroute && (
                <Button variant="default" onClick={() => setRerouted(chosen)}>
                  Another next hop
                </Button>
              )}
              <Button variant="default" onClick={() => void order('return', chosen)}>
                Return
              </Button>
            </>
          )
        }}
      />
      <RerouteDialog
        isOpen={rerouted !== null}
        close={() => setRerouted(null)}
        submit="Count what it would touch"
        run={async (via) => {
          const chosen = rerouted ?? []
          setRerouted(null)
          await order('reroute', chosen, via)
        }}
      />
    </>
  )
}
