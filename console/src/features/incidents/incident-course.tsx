import type { IncidentView } from '@mailkeep/contract'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment, useNow } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { toneColor } from '../../ui/state-mark.tsx'
import { phasesOf } from './incident-phases.ts'
import classes from './incidents.module.css'

/** How long it went unnoticed, was looked into, had a known cause and was watched: drawn by time, and in words below. */
export function IncidentCourse({ incident }: { readonly incident: IncidentView }) {
  const { startedAt, startFrom, createdAt, identifiedAt, monitoringAt, resolvedAt, isReportedAfterwards } =
    incident
  const phases = phasesOf(incident, useNow())
  const first = phases[0]?.from ?? 0
  const all = Math.max(1, (phases.at(-1)?.to ?? 0) - first)
  const percent = (ms: number) => `${(100 * ms) / all}%`
  const moments = [
    [startFrom === 'telemetry' ? 'Began, as measured' : 'Began, as told', startedAt],
    [isReportedAfterwards ? 'Told, afterwards' : 'Noticed', createdAt],
    ['Cause known', identifiedAt],
    ['Good again', monitoringAt],
    ['Over', resolvedAt],
  ] as const
  return (
    <Section title="Course">
      <svg className={classes.course} aria-hidden="true">
        {phases.map(({ label, tone, from, to }) => (
          <rect
            key={label}
            data-tone={tone}
            x={percent(from - first)}
            width={percent(to - from)}
            height="14"
          />
        ))}
      </svg>
      <ul className={classes.spans}>
        {phases.map(({ label, tone, from, to }) => (
          <li key={label}>
            <svg width="10" height="10" aria-hidden="true">
              <rect width="10" height="10" rx="2" fill={toneColor(tone)} />
            </svg>
            {label} <b>{formatDuration(to - from)}</b>
          </li>
        ))}
      </ul>
      <dl className={classes.moments}>
        {moments.map(([label, at]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {at === null ? <span className="mk-soft">not yet</span> : <Moment at={at} form="clock" />}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
