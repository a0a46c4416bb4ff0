import { routes, type StatisticsAnswer } from '@mailkeep/contract'
import type { ReactNode } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Chart, type Point, type Series } from '../../ui/chart.tsx'
import { sinceTime } from '../../ui/format-time.ts'
import { dayOrHour } from './range.ts'

export const volumeSeries: readonly Series[] = [
  { key: 'delivered', label: 'delivered', tone: 'good' },
  { key: 'quarantined', label: 'set aside', tone: 'aside' },
  { key: 'refused', label: 'refused', tone: 'bad' },
  { key: 'returned', label: 'returned', color: 'var(--mk-none)' },
]

/** Points of a chart out of figures by hour or day. */
export function toPoints(
  { points }: StatisticsAnswer,
  values: (point: StatisticsAnswer['points'][number]) => Readonly<Record<string, number | null>>,
): Point[] {
  return points.map((each) => ({ at: each.at, values: values(each) }))
}

export const volumeOf = ({
  delivered,
  quarantined,
  refused,
  returned,
}: StatisticsAnswer['points'][number]) => ({
  delivered,
  quarantined,
  refused,
  returned,
})

/** Of groups and people not all refusals may be counted: there were too many. */
const countedSince = ({ severalSince }: StatisticsAnswer) =>
  // The server of a version before does not say it.
  severalSince != null && `refusals to several at once since ${sinceTime(severalSince)}`

/** What mail came to, over the last day or a longer time. */
export function VolumeChart({
  scope,
  title,
  text,
  actions,
  since,
}: {
  /** Without it: that of the page. */
  readonly scope?: string
  readonly title: string
  readonly text?: string
  readonly actions?: ReactNode
  /** A day ago if absent. */
  readonly since?: string
}) {
  const query = { ...(scope !== undefined && { scope }), ...(since !== undefined && { since }) }
  const answer = useAnswer(routes.statistics, { query }, { every: 60_000 })
  return (
    <Answered answer={answer} lines={4}>
      {(found) => (
        <Chart
          title={title}
          text={[text, countedSince(found)].filter(Boolean).join('; ')}
          actions={actions}
          kind="bars"
          points={toPoints(found, volumeOf)}
          series={volumeSeries}
          formatAt={dayOrHour(found.span)}
        />
      )}
    </Answered>
  )
}
