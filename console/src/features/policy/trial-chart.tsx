import type { TrialDetails } from '@mailkeep/contract'
import { Chart } from '../../ui/chart.tsx'
import { sinceTime } from '../../ui/format-time.ts'
import { hoursOfTrial, stageOfHours } from './hours-of-trial.ts'

/** What is held without the change and with it, by the hour, once there are two. */
export function TrialChart({ trial }: { readonly trial: TrialDetails }) {
  const points = hoursOfTrial(trial)
  if (points.length < 2) return null
  const whose =
    stageOfHours(trial) === 'shadow' ? 'of all mail of this level' : 'of those for whom it is in force'
  return (
    <Chart
      title="Held by the hour"
      text={`deliveries ${whose}`}
      kind="lines"
      formatAt={(at) => sinceTime(at)}
      series={[
        { key: 'before', label: 'without the change', color: 'var(--mk-soft)' },
        { key: 'after', label: 'with it', tone: 'aside' },
      ]}
      points={points}
    />
  )
}
