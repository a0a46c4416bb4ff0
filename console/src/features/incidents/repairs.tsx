import { type AffectedCounts, type IncidentView, type Repair, routes, type Task } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useTask } from '../../session/use-task.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { Section } from '../../ui/section.tsx'
import { TaskProgress } from '../../ui/task-progress.tsx'
import { tellFault } from '../../ui/toast.tsx'
import classes from './incidents.module.css'

const looks: Readonly<
  Record<
    Repair,
    { readonly verb: string; readonly of: string; readonly undo: string; readonly needs: string }
  >
> = {
  release: {
    verb: 'Release',
    of: 'what is in quarantine or held',
    undo: 'What has been delivered cannot be called back.',
    needs: 'quarantine.act',
  },
  rescan: {
    verb: 'Judge once more',
    of: 'what is in quarantine',
    undo: 'What passes is delivered; what does not stays.',
    needs: 'quarantine.act',
  },
  retry: {
    verb: 'Try now',
    of: 'what waits',
    undo: 'Nothing is lost: what fails goes on waiting.',
    needs: 'queue.act',
  },
  resend: {
    verb: 'Send again',
    of: 'what was returned and whose content is kept',
    undo: 'What has left cannot be called back. Each is sent once.',
    needs: 'queue.act',
  },
  delete: {
    verb: 'Delete',
    of: 'what is in quarantine',
    undo: 'This cannot be undone.',
    needs: 'quarantine.act',
  },
}
const tasksShown = 3

/** What puts its mail right: how many are in a state for each, and how far the work has come. */
export function Repairs({
  incident,
  counts,
}: {
  readonly incident: IncidentView
  readonly counts: AffectedCounts
}) {
  const [started, setStarted] = useState<readonly Task[]>([])
  const may = { 'queue.act': useMay('queue.act'), 'quarantine.act': useMay('quarantine.act') }
  const offered = counts.repairs.filter(({ action }) => may[looks[action].needs as keyof typeof may])
  const before = (incident.inner?.tasks ?? [])
    .filter((id) => started.every((each) => each.id !== id))
    .slice(-tasksShown)
  if (offered.length === 0 && before.length === 0) return null
  return (
    <Section title="Repairs" text="each delivery once, and only what is in a state for it">
      <div className={classes.tasks}>
        <div className={classes.buttons}>
          {offered.map((each) => (
            <RepairButton
              key={each.action}
              incident={incident.id}
              {...each}
              counts={counts}
              onTask={(task) => setStarted((others) => [task, ...others])}
            />
          ))}
        </div>
        {started.map((each) => (
          <Progress key={each.id} started={each} />
        ))}
        {before.toReversed().map((id) => (
          <Earlier key={id} id={id} />
        ))}
      </div>
    </Section>
  )
}

function RepairButton({
  incident,
  action,
  count,
  counts: { isExact, tenantCount },
  onTask,
}: {
  readonly incident: string
  readonly action: Repair
  readonly count: number
  readonly counts: AffectedCounts
  readonly onTask: (task: Task) => void
}) {
  const scope = useScope()
  const order = useOrder(routes.repairIncident, [routes.incident])
  const { verb, of, undo } = looks[action]
  const many = `${isExact ? '' : 'at least '}${countOf(count, 'delivery', 'deliveries')}`
  const run = async () => {
    const yes = await confirm({
      title: `${verb}: ${many}?`,
      text: `Of the mail that it touched, ${of}; in all it touched ${countOf(tenantCount, 'tenant')}.`,
      action: `${verb}: ${many}`,
      undo,
      isDangerous: action === 'delete',
    })
    if (!yes) return
    const query = scope === null ? {} : { query: { scope } }
    await order.give({ params: { incident }, ...query, body: { action } }).then(onTask, tellFault)
  }
  return (
    <Button
      variant="default"
      disabled={count === 0}
      title={of}
      loading={order.isRunning}
      onClick={() => void run()}
    >
      {verb}: {formatCount(count)}
    </Button>
  )
}

function Progress({ started }: { readonly started: Task }) {
  const task =
    useTask(started, [routes.incidentCounts.path, routes.incidentAffected.path, routes.incident.path]) ??
    started
  const stop = useOrder(routes.stopTask, [routes.task])
  const onStop = () => void stop.give({ params: { id: task.id } }).catch(tellFault)
  return (
    <div>
      <p className="mk-soft">{verbOf(task)}</p>
      <TaskProgress
        task={task}
        one="delivery"
        many="deliveries"
        {...(task.state === 'running' && { onStop })}
      />
    </div>
  )
}

/** A repair that was ordered before this page was opened. */
function Earlier({ id }: { readonly id: string }) {
  const answer = useAnswer(routes.task, { params: { id } })
  return (
    <Answered answer={answer} lines={1}>
      {(task) => (task.state === 'running' ? <Progress started={task} /> : <Ended task={task} />)}
    </Answered>
  )
}

function Ended({ task }: { readonly task: Task }) {
  return (
    <div>
      <p className="mk-soft">{verbOf(task)}</p>
      <TaskProgress task={task} one="delivery" many="deliveries" />
    </div>
  )
}

function verbOf({ what }: Task): string {
  return looks[what.replace('incident-', '') as Repair]?.verb ?? what
}
