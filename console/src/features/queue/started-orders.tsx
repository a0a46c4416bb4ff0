import { routes } from '@mailkeep/contract'
import { useOrder } from '../../session/use-order.ts'
import { useTask } from '../../session/use-task.ts'
import { Section } from '../../ui/section.tsx'
import { TaskProgress } from '../../ui/task-progress.tsx'
import { tellFault } from '../../ui/toast.tsx'
import classes from './queue.module.css'
import type { StartedOrder } from './use-hop-orders.ts'

/** How far the orders have come that were given on this page. */
export function StartedOrders({ orders }: { readonly orders: readonly StartedOrder[] }) {
  if (orders.length === 0) return null
  return (
    <div className={classes.tasks}>
      <Section title="Your orders">
        <div className={classes.tasks}>
          {orders.map((order) => (
            <OneOrder key={order.task.id} order={order} />
          ))}
        </div>
      </Section>
    </div>
  )
}

function OneOrder({ order: { what, task: given } }: { readonly order: StartedOrder }) {
  const task = useTask(given, [routes.queue.path, routes.overview.path]) ?? given
  const stop = useOrder(routes.stopTask, [routes.task])
  const onStop = () => void stop.give({ params: { id: given.id } }).catch(tellFault)
  return (
    <div className={classes.task}>
      <span>{what}</span>
      <TaskProgress
        task={task}
        one="delivery"
        many="deliveries"
        {...(task.state === 'running' && { onStop })}
      />
    </div>
  )
}
