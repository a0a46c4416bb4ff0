import { Button, Skeleton } from '@mantine/core'
import { ChartColumn, Table } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import classes from './chart.module.css'
import { formatCount } from './format-number.ts'
import { clockTime } from './format-time.ts'
import { Section } from './section.tsx'
import { type Tone, toneColor } from './state-mark.tsx'

const ChartDrawing = lazy(() =>
  import('./chart-drawing.tsx').then((each) => ({ default: each.ChartDrawing })),
)

/** One line, or one part of each bar. */
export interface Series {
  readonly key: string
  readonly label: string
  /** The same state has the same colour everywhere. */
  readonly tone?: Tone
  /** Where it is no state. */
  readonly color?: string
}

/** Values at one moment, or of one thing; null: not known, and drawn as a gap. */
export interface Point {
  /** A moment as RFC 3339, or a name. */
  readonly at: string
  readonly values: Readonly<Record<string, number | null>>
}

export interface ChartProps {
  readonly points: readonly Point[]
  readonly series: readonly Series[]
  /** bars: parts stand on each other; lines: each for itself. */
  readonly kind: 'bars' | 'lines'
  /** How `at` is read; by itself as hours and minutes. */
  readonly formatAt?: (at: string) => string
  readonly formatValue?: (value: number) => string
  /** Height in pixels. */
  readonly height?: number
}

/** A chart with its name, its axis from zero, and its table one click away. Drawn only where somebody looks. */
export function Chart({
  title,
  text,
  actions,
  ...chart
}: ChartProps & { readonly title: string; readonly text?: ReactNode; readonly actions?: ReactNode }) {
  const [isTable, setTable] = useState(false)
  const { height = 160 } = chart
  const toggle = (
    <Button
      variant="subtle"
      color="gray"
      size="compact-xs"
      leftSection={isTable ? <ChartColumn size={13} aria-hidden /> : <Table size={13} aria-hidden />}
      onClick={() => setTable(!isTable)}
    >
      {isTable ? 'Chart' : 'Table'}
    </Button>
  )
  return (
    <Section
      title={title}
      text={text}
      actions={
        <>
          {actions}
          {toggle}
        </>
      }
    >
      {isTable ? (
        <ChartTable {...chart} />
      ) : (
        <figure>
          <Suspense
            fallback={
              <div role="status" aria-label="Loading the chart">
                <Skeleton height={height} />
              </div>
            }
          >
            <ChartDrawing {...chart} height={height} />
          </Suspense>
          <figcaption className={classes.legend}>
            {chart.series.map((each) => (
              <span key={each.key} className={classes.entry}>
                <svg width="10" height="10" aria-hidden="true">
                  <rect width="10" height="10" rx="2" fill={colorOf(each)} />
                </svg>
                {each.label}
              </span>
            ))}
          </figcaption>
        </figure>
      )}
    </Section>
  )
}

export function colorOf({ color, tone }: Series): string {
  return color ?? toneColor(tone ?? 'none')
}

function ChartTable({ points, series, formatAt = clockTime, formatValue = formatCount }: ChartProps) {
  return (
    <section className={classes.scroll} tabIndex={0} aria-label="Table of the chart">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">When</th>
            {series.map(({ key, label }) => (
              <th key={key} scope="col" className={classes.number}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map(({ at, values }) => (
            <tr key={at}>
              <th scope="row">{formatAt(at)}</th>
              {series.map(({ key }) => {
                const value = values[key]
                return (
                  <td key={key} className={classes.number}>
                    {value === null || value === undefined ? 'unknown' : formatValue(value)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
