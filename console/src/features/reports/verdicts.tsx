import type { StatisticsAnswer } from '@mailkeep/contract'
import { Chart, type Series } from '../../ui/chart.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { sinceTime } from '../../ui/format-time.ts'
import { verdicts } from '../../ui/known-verdicts.ts'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { messagesOf, type Range } from './messages-of.ts'
import { dayOrHour } from './range.ts'
import classes from './reports.module.css'
import { toPoints } from './volume-chart.tsx'

type Verdict = keyof StatisticsAnswer['totals']['verdicts']

/** What good mail and newsletters are to the others is seen in the table: as bars they would hide the rest. */
const series: readonly (Series & { readonly key: Verdict })[] = [
  { key: 'spam', label: 'spam', tone: 'aside' },
  { key: 'phishing', label: 'phishing', tone: 'bad' },
  { key: 'spoof', label: 'spoof', color: 'color-mix(in srgb, var(--mk-bad) 50%, var(--mk-panel))' },
  { key: 'virus', label: 'virus', color: 'var(--mk-text)' },
  { key: 'policy', label: 'your rules and lists', tone: 'wait' },
  { key: 'unscanned', label: 'not looked at', tone: 'none' },
]

/** What mail was taken for, over time and in all. What was not counted is a gap, and not nothing. */
export function Verdicts({ found, range }: { readonly found: StatisticsAnswer; readonly range: Range }) {
  const { span, since, verdictsSince, totals } = found
  if (verdictsSince === null) return null
  const isWhole = Date.parse(verdictsSince) <= Date.parse(since)
  const counted = isWhole ? '' : `counted since ${sinceTime(verdictsSince)}`
  const points = toPoints(found, ({ at, verdicts: values }) =>
    Date.parse(at) < Date.parse(verdictsSince) ? {} : { ...values },
  )
  return (
    <div className={classes.two}>
      <Chart
        title="What it was taken for"
        text={[span === 'day' ? 'by day, UTC' : 'by hour', counted].filter((each) => each !== '').join(', ')}
        kind="bars"
        points={points}
        series={series}
        height={220}
        formatAt={dayOrHour(span)}
      />
      <Section title="Verdicts" text={counted}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">What it means</th>
              <th scope="col">How often</th>
            </tr>
          </thead>
          <tbody>
            {verdicts.map(({ code, text }) => (
              <tr key={code}>
                <td className={classes.word}>
                  <ScopedLink to={messagesOf(range, { verdict: code })}>{code}</ScopedLink>
                </td>
                <td>{text}</td>
                <td>{formatCount(totals.verdicts[code as Verdict])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </div>
  )
}
