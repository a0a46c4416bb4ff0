import {
  Bar,
  BarChart,
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import classes from './chart.module.css'
import { type ChartProps, colorOf } from './chart.tsx'
import { formatCount, formatShort } from './format-number.ts'

const shortClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const tick = { fill: 'var(--mk-soft)', fontSize: 11.5 }

/** Dots where a line cannot be drawn: a value that stands alone between gaps. */
function dotsOf(points: ChartProps['points'], key: string): boolean | { r: number; strokeWidth: number } {
  const known = points.map(({ values }) => values[key] !== null && values[key] !== undefined)
  const isAlone = known.some((is, i) => is && !known[i - 1] && !known[i + 1])
  return isAlone && { r: 2.5, strokeWidth: 0 }
}

/** Draws a chart; loaded apart, because the library for it is larger than all the rest of a page. */
export function ChartDrawing({
  points,
  series,
  kind,
  height = 160,
  formatAt = (at) => shortClock.format(new Date(at)),
  formatValue = formatCount,
}: ChartProps) {
  const rows = points.map(({ at, values }) => ({ at, ...values }))
  const frame = (
    <>
      <CartesianGrid vertical={false} stroke="var(--mk-line)" />
      <XAxis
        dataKey="at"
        tickFormatter={formatAt}
        tick={tick}
        tickLine={false}
        axisLine={{ stroke: 'var(--mk-line-strong)' }}
        minTickGap={40}
      />
      <YAxis
        tickFormatter={(value: number) =>
          formatValue === formatCount ? formatShort(value) : formatValue(value)
        }
        tick={tick}
        tickLine={false}
        axisLine={false}
        width={formatValue === formatCount ? 44 : 62}
        allowDecimals={formatValue !== formatCount}
        domain={[0, 'auto']}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: 'var(--mk-hover)', stroke: 'var(--mk-line-strong)' }}
        content={({ active, payload, label }) =>
          active && payload.length > 0 ? (
            <div className={classes.tip}>
              <b>{formatAt(String(label))}</b>
              <dl>
                {series.map((each) => {
                  const value = (payload[0]?.payload as Record<string, number | null> | undefined)?.[each.key]
                  return (
                    <div key={each.key} style={{ display: 'contents' }}>
                      <dt>
                        <svg width="8" height="8" aria-hidden="true">
                          <rect width="8" height="8" rx="2" fill={colorOf(each)} />
                        </svg>
                        {each.label}
                      </dt>
                      <dd>{value === null || value === undefined ? 'unknown' : formatValue(value)}</dd>
                    </div>
                  )
                })}
              </dl>
            </div>
          ) : null
        }
      />
    </>
  )
  const margin = { top: 8, right: 4, bottom: 0, left: 0 }
  return (
    <ResponsiveContainer width="100%" height={height}>
      {kind === 'bars' ? (
        <BarChart data={rows} margin={margin} barCategoryGap={1} accessibilityLayer={false}>
          {frame}
          {series.map((each) => (
            <Bar
              key={each.key}
              dataKey={each.key}
              stackId="all"
              fill={colorOf(each)}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      ) : (
        <LineChart data={rows} margin={margin} accessibilityLayer={false}>
          {frame}
          {series.map((each) => (
            <Line
              key={each.key}
              dataKey={each.key}
              stroke={colorOf(each)}
              strokeWidth={1.75}
              fill={colorOf(each)}
              dot={dotsOf(points, each.key)}
              connectNulls={false}
              isAnimationActive={false}
            />
          ))}
        </LineChart>
      )}
    </ResponsiveContainer>
  )
}
