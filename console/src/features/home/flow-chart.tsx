import type { Overview } from '@mailkeep/contract'
import type { ReactNode } from 'react'
import { Chart, type Series } from '../../ui/chart.tsx'
import { PartlyMissing } from '../../ui/notes.tsx'

/** From the bottom of a bar to its top. */
const layers = [
  { key: 'delivered', label: 'delivered', tone: 'good' },
  { key: 'waiting', label: 'waiting', tone: 'wait' },
  { key: 'quarantined', label: 'quarantined', tone: 'aside' },
  { key: 'held', label: 'held', color: 'color-mix(in srgb, var(--mk-aside) 60%, var(--mk-panel))' },
  { key: 'returned', label: 'returned', tone: 'bad' },
  { key: 'sealed', label: 'sealed', color: 'color-mix(in srgb, var(--mk-none) 60%, var(--mk-panel))' },
  { key: 'discarded', label: 'discarded', tone: 'none' },
] as const satisfies readonly Series[]

/** The last hour, minute by minute: into which states accepted mail came. */
export function FlowChart({
  overview: { minutes },
  actions,
}: {
  readonly overview: Overview
  /** Stands beside its name: longer times. */
  readonly actions?: ReactNode
}) {
  if (minutes.missing) return <PartlyMissing missing={minutes.missing} what="The last minutes are" />
  const found = minutes.value ?? []
  const shown = layers.filter(
    ({ key }) => key === 'delivered' || key === 'waiting' || found.some((minute) => minute[key] > 0),
  )
  return (
    <Chart
      title="Last 60 minutes"
      actions={actions}
      text="what became of accepted mail, in the minute it happened"
      kind="bars"
      series={shown}
      points={found.map((minute) => ({
        at: minute.at,
        // Waiting shrinks when mail goes on: that is seen in the state it goes to.
        values: Object.fromEntries(shown.map(({ key }) => [key, Math.max(0, minute[key])])),
      }))}
    />
  )
}
