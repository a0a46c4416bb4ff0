import type { BackupState } from '@mailkeep/contract'
import { Chart } from '../../ui/chart.tsx'
import { formatBytes } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import { useNow } from '../../ui/moment.tsx'
import classes from './backups.module.css'
import { costPoints } from './cost-points.ts'

const dayMs = 86_400_000
const mostBars = 90

/** The last day: what the loss of the disk would have cost, and what each backup cost. */
export function BackupCharts({ found }: { readonly found: BackupState }) {
  const now = useNow()
  const last = found.backups.filter(({ at }) => now - Date.parse(at) <= dayMs).toReversed()
  const kept = last.length > 0 ? last : found.backups.slice(0, 1)
  // Bars of so many are hairlines.
  const kind = kept.length > mostBars ? 'lines' : 'bars'
  const goal = `${formatDuration(found.goalMs)}, what is promised`
  return (
    <>
      <Chart
        title="What the loss of the disk would have cost"
        text="age of the newest backup right before the next one was there; the last 24 hours, up to now"
        kind="lines"
        series={[
          { key: 'age', label: 'age of the newest', tone: 'wait' },
          { key: 'goal', label: goal, tone: 'bad' },
        ]}
        points={costPoints(kept, now).map(({ at, ms }) => ({
          at: new Date(at).toISOString(),
          values: { age: ms, goal: found.goalMs },
        }))}
        formatValue={formatDuration}
      />
      <div className={classes.two}>
        <Chart
          title="New in each"
          text="what was written for it"
          kind={kind}
          height={130}
          series={[{ key: 'bytes', label: 'pages and content', tone: 'wait' }]}
          points={kept.map(({ at, bytes }) => ({ at, values: { bytes } }))}
          formatValue={formatBytes}
        />
        <Chart
          title="How long each took"
          text="at 64 MB a second at most"
          kind={kind}
          height={130}
          series={[{ key: 'took', label: 'took', tone: 'wait' }]}
          points={kept.map(({ at, tookMs }) => ({ at, values: { took: tookMs } }))}
          formatValue={formatDuration}
        />
      </div>
    </>
  )
}
