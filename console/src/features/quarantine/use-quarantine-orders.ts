import { type QuarantineLine, type QuarantineManyOrder, routes, type Task } from '@mailkeep/contract'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useTask } from '../../session/use-task.ts'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'
import { tellDone, tellFault } from '../../ui/toast.tsx'

type Action = QuarantineManyOrder['action']
type Selection = QuarantineManyOrder['selection']

const changed = [routes.quarantine, routes.quarantineSummary]

const words: Readonly<Record<Action, { readonly verb: string; readonly undo: string }>> = {
  release: { verb: 'Release', undo: 'Released mail cannot be called back.' },
  delete: { verb: 'Delete', undo: 'This cannot be taken back: the content is gone.' },
  rejudge: { verb: 'Judge anew', undo: 'What is found good by now leaves by itself; the rest stays.' },
}

/** A line of the list as orders name it. */
export function lineKey({ messageId, rcptTo }: Pick<QuarantineLine, 'messageId' | 'rcptTo'>): string {
  return `${messageId} ${rcptTo}`
}

/** Orders for many lines of quarantine: shown how many first, then followed to their end. */
export function useManyOrders(): {
  readonly task: Task | null
  readonly order: (action: Action, selection: Selection) => Promise<boolean>
  readonly stop: () => void
} {
  const [started, setStarted] = useState<Task | null>(null)
  const task = useTask(
    started,
    changed.map((each) => each.path),
  )
  const preview = useOrder(routes.previewQuarantineOrder)
  const give = useOrder(routes.orderQuarantine, changed)
  const stop = useOrder(routes.stopTask)
  const scope = useScope()
  const query = scope === null ? {} : { scope }
  return {
    task,
    stop: () => void stop.give({ params: { id: started?.id ?? '' } }).then(setStarted, tellFault),
    async order(action, selection) {
      try {
        const { deliveries, viruses, mayVirus } = await preview.give({ query, body: { action, selection } })
        const left = action === 'release' && !mayVirus ? viruses : 0
        const count = countOf(deliveries - left, 'message')
        const { verb, undo } = words[action]
        const isMeant = await confirm({
          title: `${verb} ${count}?`,
          text:
            left > 0
              ? `${countOf(left, 'message')} that ${left === 1 ? 'holds' : 'hold'} a virus ${left === 1 ? 'stays' : 'stay'}: your role may not release that.`
              : undefined,
          action: `${verb} ${count}`,
          undo,
          isDangerous: action === 'delete',
        })
        if (!isMeant) return false
        setStarted(await give.give({ query, body: { action, selection, expect: deliveries } }))
        return true
      } catch (fault) {
        tellFault(fault)
        return false
      }
    },
  }
}

/** Release of one line, from the list. */
export function useReleaseLine(): (line: QuarantineLine) => Promise<void> {
  const release = useOrder(routes.releaseQuarantined, changed)
  return async ({ messageId, rcptTo, subject }) => {
    const isMeant = await confirm({
      title: 'Release to 1 person?',
      text: `“${subject || '(no subject)'}” goes on to ${rcptTo}.`,
      action: 'Release to 1 person',
      undo: words.release.undo,
    })
    if (!isMeant) return
    try {
      const { done, rescan } = await release.give({
        params: { id: messageId },
        body: { recipients: [rcptTo] },
      })
      tellDone(
        done === 0
          ? 'Somebody else was faster; nothing was left to do.'
          : `Released to ${rcptTo}.${rescan ? ' It is scanned once more before it leaves.' : ''}`,
      )
    } catch (fault) {
      tellFault(fault)
    }
  }
}
