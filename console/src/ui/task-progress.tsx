import type { Task } from '@mailkeep/contract'
import { Button, Progress } from '@mantine/core'
import { countOf, formatCount } from './format-number.ts'
import { formatDuration } from './format-time.ts'
import { useNow } from './moment.tsx'
import { Mark } from './state-mark.tsx'
import classes from './task-progress.module.css'

/** How far longer work has come, with the time that is left. `thing`: what is counted. */
export function TaskProgress({
  task,
  one,
  many,
  onStop,
}: {
  readonly task: Task
  readonly one: string
  readonly many?: string
  /** Ends the work between two of its steps. */
  readonly onStop?: () => void
}) {
  const now = useNow()
  const { done, total, state } = task
  if (state === 'failed' || state === 'stopped')
    return (
      <p role="alert">
        <Mark tone="bad">{state === 'failed' ? 'failed' : 'stopped'}</Mark> after {formatCount(done)} of{' '}
        {countOf(total, one, many)}
        {task.problem !== null && `: ${task.problem}`}
      </p>
    )
  if (state === 'done')
    return (
      <p role="status">
        <Mark tone="good">done</Mark> {countOf(done, one, many)}
        {task.skipped > 0 &&
          `; ${formatCount(task.skipped)} left alone: somebody was faster, or it could not be done`}
      </p>
    )
  const ran = Math.max(1, now - Date.parse(task.startedAt))
  const left = done > 0 ? ((total - done) * ran) / done : null
  return (
    <div className={classes.task} role="status">
      <Progress
        value={total === 0 ? 100 : (100 * done) / total}
        aria-label={`${formatCount(done)} of ${formatCount(total)}`}
        transitionDuration={300}
      />
      <span className="mk-soft">
        {formatCount(done)} of {countOf(total, one, many)}
        {left !== null && left > 1000 && `, about ${formatDuration(left)} left`}
        {task.problem !== null && `. Waits: ${task.problem}`}
      </span>
      {onStop && (
        <Button variant="default" size="compact-xs" onClick={onStop}>
          Stop
        </Button>
      )}
    </div>
  )
}
