import { type MailActionName, type MailQuestion, routes, type Task } from '@mailkeep/contract'
import { Button, Menu } from '@mantine/core'
import { ListChecks } from 'lucide-react'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useTask } from '../../session/use-task.ts'
import { useMay } from '../../session/who.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'
import { TaskProgress } from '../../ui/task-progress.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const actions: Readonly<
  Record<
    MailActionName,
    { label: string; verb: string; undo: string; needs: string; states: readonly string[] }
  >
> = {
  resend: {
    label: 'Send returned mail again',
    verb: 'Send again',
    undo: 'What has left cannot be called back. Each is sent once.',
    needs: 'queue.act',
    states: ['returned'],
  },
  retry: {
    label: 'Try waiting mail now',
    verb: 'Try now',
    undo: 'Nothing is lost: what fails goes on waiting.',
    needs: 'queue.act',
    states: ['waiting'],
  },
  release: {
    label: 'Release quarantine and holds',
    verb: 'Release',
    undo: 'What has been delivered cannot be called back.',
    needs: 'quarantine.act',
    states: ['quarantined', 'held'],
  },
  rescan: {
    label: 'Judge quarantine once more',
    verb: 'Judge once more',
    undo: 'What passes is delivered; what does not stays.',
    needs: 'quarantine.act',
    states: ['quarantined'],
  },
  delete: {
    label: 'Delete from quarantine',
    verb: 'Delete',
    undo: 'This cannot be undone.',
    needs: 'quarantine.act',
    states: ['quarantined'],
  },
}

/** Does something to all that a question means: counted first, then asked, then followed. */
export function OrderAll({
  question,
  onTask,
}: {
  readonly question: MailQuestion
  readonly onTask: (task: Task) => void
}) {
  const scope = useScope()
  const preview = useOrder(routes.previewMailOrder)
  const order = useOrder(routes.orderMail, [routes.messages])
  const may = { 'queue.act': useMay('queue.act'), 'quarantine.act': useMay('quarantine.act') }
  const query = scope === null ? {} : { query: { scope } }
  const run = async (action: MailActionName) => {
    const { label, verb, undo } = actions[action]
    try {
      const { deliveries, isExact, tenants } = await preview.give({ ...query, body: { action, question } })
      if (deliveries === 0) return tellDone(`${label}: there is none of that kind here.`)
      const many = `${isExact ? '' : 'at least '}${countOf(deliveries, 'delivery', 'deliveries')}`
      const yes = await confirm({
        title: `${verb}: ${many}?`,
        text: `Of ${countOf(tenants.length, 'tenant')}: ${tenants
          .slice(0, 5)
          .map((each) => `${each.name} (${each.count})`)
          .join(', ')}${tenants.length > 5 ? ', ...' : ''}. What comes in from now on is not meant.`,
        action: `${verb}: ${many}`,
        undo,
        isDangerous: action === 'delete',
      })
      if (!yes) return
      const expect = isExact ? { expect: deliveries } : {}
      onTask(await order.give({ ...query, body: { action, question, ...expect } }))
    } catch (fault) {
      tellFault(fault)
    }
  }
  const { state } = question
  const offered = (Object.keys(actions) as MailActionName[]).filter(
    (each) =>
      may[actions[each].needs as keyof typeof may] &&
      (state === undefined || actions[each].states.includes(state)),
  )
  if (offered.length === 0) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<ListChecks size={14} aria-hidden />}
          loading={preview.isRunning || order.isRunning}
        >
          All that fit
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {offered.map((action) => (
          <Menu.Item key={action} onClick={() => void run(action)}>
            {actions[action].label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** How far an order has come; it may be ended between two steps. */
export function OrderProgress({ started }: { readonly started: Task }) {
  const task = useTask(started, [routes.messages.path, routes.countMessages.path]) ?? started
  const stop = useOrder(routes.stopTask, [routes.task])
  const [isStopping, setStopping] = useState(false)
  const onStop = () => {
    setStopping(true)
    stop.give({ params: { id: task.id } }).catch(tellFault)
  }
  return (
    <TaskProgress
      task={task}
      one="delivery"
      many="deliveries"
      {...(task.state === 'running' && !isStopping && { onStop })}
    />
  )
}
