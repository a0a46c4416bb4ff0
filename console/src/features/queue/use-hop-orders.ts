import { type QueueActionName, type QueueHop, routes, type Static, type Task } from '@mailkeep/contract'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'
import { tellDone, tellFault } from '../../ui/toast.tsx'

export type HopAction = Exclude<Static<typeof QueueActionName>, 'resend'>

const verbs: Readonly<Record<HopAction, readonly [asked: string, undo: string]>> = {
  retry: ['Try again now', 'An attempt is an attempt: there is nothing to take back.'],
  hold: ['Hold', 'Held mail is released on this page whenever you like; it does not expire meanwhile.'],
  release: ['Release', 'It goes on its way at once; what has been delivered by then cannot be called back.'],
  reroute: ['Send over another next hop', 'It can be sent over yet another one as long as it waits.'],
  return: [
    'Return',
    'The senders are told at once; that cannot be taken back. It can be sent again for seven days.',
  ],
}

const ofAge = (before: string) =>
  /^\d+[mhd]$/.test(before)
    ? `Only what is older than ${before}.`
    : `Only what was received before ${before}.`

export interface StartedOrder {
  readonly what: string
  readonly task: Task
}

/**
 * Orders for all mail on its way to some next hops: counted first, asked, done, and followed.
 * @param before only what was received before, as the list was asked for
 */
export function useHopOrders(before: string | undefined): {
  readonly started: readonly StartedOrder[]
  readonly order: (action: HopAction, hops: readonly QueueHop[], via?: string) => Promise<void>
} {
  const [started, setStarted] = useState<readonly StartedOrder[]>([])
  const scope = useScope()
  const preview = useOrder(routes.previewQueueOrder)
  const give = useOrder(routes.orderQueue, [routes.queue, routes.overview])
  const query = scope === null ? undefined : { scope }
  const order = async (action: HopAction, hops: readonly QueueHop[], via?: string) => {
    const named = [...new Set(hops.map((each) => each.nextHop))]
    const bodies = named.map((hop) => ({
      action,
      selection: { hop, ...(before !== undefined && { before }) },
      ...(via !== undefined && { nextHop: via }),
    }))
    const asked = <Body>(body: Body) => ({ body, ...(query && { query }) })
    try {
      const counts = await Promise.all(
        bodies.map(async (body) => (await preview.give(asked(body))).deliveries),
      )
      const total = counts.reduce((sum, each) => sum + each, 0)
      const deliveries = countOf(total, 'delivery', 'deliveries')
      if (total === 0) return tellDone('There is nothing to do: no delivery there is in a state for it.')
      const [word, undo] = verbs[action]
      const question = {
        title: `${word}: ${deliveries} to ${countOf(named.length, 'next hop')}?`,
        ...(before !== undefined && { text: ofAge(before) }),
        action: `${word}: ${deliveries}`,
        undo,
        isDangerous: action === 'return',
      }
      if (!(await confirm(question))) return
      for (const [index, body] of bodies.entries()) {
        const expect = counts[index] ?? 0
        if (expect === 0) continue
        const task = await give.give(asked({ ...body, expect }))
        setStarted((before) =>
          [{ what: `${word}, ${body.selection.hop || 'next hop unknown'}`, task }, ...before].slice(0, 10),
        )
      }
    } catch (fault) {
      tellFault(fault)
    }
  }
  return { started, order }
}
