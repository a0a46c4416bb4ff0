import { routes, type Task, type TaskList } from '@mailkeep/contract'
import { Button, Popover } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ListChecks } from 'lucide-react'
import { useState } from 'react'
import { ask } from '../../api/ask.ts'
import { keyOf } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMe } from '../../session/who.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment, useNow } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { TaskProgress } from '../../ui/task-progress.tsx'
import { tellFault } from '../../ui/toast.tsx'
import classes from './order-menu.module.css'
import { orderWords } from './order-words.ts'

/** As many as one answer has: what runs may be older than much that has ended. */
const query = { own: true, limit: 50 }
/** While something runs it is looked at often; else now and then, for what was ordered elsewhere. */
const [runningMs, idleMs] = [2000, 20_000]
const shownForMs = 24 * 3_600_000
const mostEnded = 5

const isRunning = ({ state }: Task) => state === 'running'

/** What whoever looks has ordered: what goes on, and how the last of it ended. Nothing where there is none. */
export function OrderMenu() {
  const isPerson = useMe().who.startsWith('manager:')
  const [isOpen, setOpen] = useState(false)
  const now = useNow()
  const { data } = useQuery<TaskList>({
    queryKey: keyOf(routes.tasks, undefined, query),
    queryFn: ({ signal }) => ask(routes.tasks, { query, signal }),
    enabled: isPerson,
    refetchInterval: ({ state }) => (state.data?.lines.some(isRunning) ? runningMs : idleMs),
  })
  const lines = data?.lines ?? []
  const running = lines.filter(isRunning)
  const ended = lines
    .filter(({ endedAt }) => endedAt !== null && now - Date.parse(endedAt) < shownForMs)
    .slice(0, mostEnded)
  if (running.length + ended.length === 0) return null
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      width={340}
      shadow="md"
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button
          variant={running.length > 0 ? 'light' : 'subtle'}
          className={classes.button ?? ''}
          aria-label={`Your orders${running.length > 0 ? `, ${countOf(running.length, 'runs', 'run')}` : ''}`}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <ListChecks size={18} aria-hidden />
          {running.length > 0 && <span className={classes.count}>{running.length}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Your orders" className={classes.orders ?? ''}>
        <h2 className={classes.title}>Your orders</h2>
        <ul className={classes.list}>
          {[...running, ...ended].map((task) => (
            <OneOrder key={task.id} task={task} leave={() => setOpen(false)} />
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}

function OneOrder({ task, leave }: { readonly task: Task; readonly leave: () => void }) {
  const { verb, to, one, many } = orderWords(task)
  const stop = useOrder(routes.stopTask, [routes.task])
  const onStop = () => void stop.give({ params: { id: task.id } }).catch(tellFault)
  return (
    <li className={classes.order}>
      <div className={classes.head}>
        <ScopedLink to={to} onClick={leave}>
          {verb}
        </ScopedLink>
        <span className="mk-soft">
          <Moment at={task.endedAt ?? task.startedAt} />
        </span>
      </div>
      <TaskProgress
        task={task}
        one={one}
        many={many}
        {...(isRunning(task) && !stop.isRunning && { onStop })}
      />
    </li>
  )
}
