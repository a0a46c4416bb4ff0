import { type HistoryTotals, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Chart, type Series } from '../../ui/chart.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './history.module.css'
import { SumHeads, SumTable, sumLengthWords } from './sum-table.tsx'
import { minuteWords, sumLooks } from './words.ts'

const series: readonly Series[] = Object.entries(sumLooks).map(([key, { word, color }]) => ({
  ...{ key, label: word, color },
}))

/** Sums of the past by a stated definition, as figures, chart and tables; nothing where the history is empty. */
export function PastTotals() {
  const answer = useAnswer(routes.historyTotals, {})
  return (
    <Answered answer={answer} lines={4}>
      {(totals) =>
        totals.incidents === 0 ? null : (
          <div className="mk-stack">
            <Means totals={totals} />
            <Chart
              title="Incidents by month"
              text={`${totals.incidents - totals.dated} without a day are in none of them`}
              kind="bars"
              series={series}
              points={totals.months.map(({ month, counts }) => ({
                at: month,
                values: counts as Record<string, number>,
              }))}
              formatAt={(month) => month}
            />
            <div className={classes.two}>
              <Sums totals={totals} />
              <Stated totals={totals} />
              <Named title="By component" lines={totals.components} />
              <Named title="By cause" lines={totals.causes} />
            </div>
          </div>
        )
      }
    </Answered>
  )
}

function Means({ totals }: { readonly totals: HistoryTotals }) {
  const { incidents, entries, repeated, timeToNotice, timeToResolve, noticeAfterEnd } = totals
  const known = ({ known, of }: HistoryTotals['timeToNotice']) => `median; known of ${known} of ${of}`
  return (
    <Figures>
      <Figure label="incidents" value={incidents} hint={`${entries} entries, ${repeated} told again`} />
      <Figure
        label="beginning to first post"
        value={timeToNotice.medianMinutes === null ? null : minuteWords(timeToNotice.medianMinutes)}
        hint={known(timeToNotice)}
      />
      <Figure
        label="end to first post, told afterwards"
        value={noticeAfterEnd.medianMinutes === null ? null : minuteWords(noticeAfterEnd.medianMinutes)}
        hint={known(noticeAfterEnd)}
      />
      <Figure
        label="beginning to end, own faults"
        value={timeToResolve.medianMinutes === null ? null : minuteWords(timeToResolve.medianMinutes)}
        hint={known(timeToResolve)}
      />
    </Figures>
  )
}

function Sums({ totals }: { readonly totals: HistoryTotals }) {
  return (
    <Section title="Sums" text="each incident is summed as one thing only">
      <SumTable totals={totals} />
      <p className="mk-soft">{totals.weights}</p>
    </Section>
  )
}

function Named({ title, lines }: { readonly title: string; readonly lines: HistoryTotals['causes'] }) {
  return (
    <Section title={title}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <SumHeads />
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name}>
              <td>{line.name}</td>
              <td className={classes.number}>{line.incidents}</td>
              <td className={classes.number}>{sumLengthWords(line)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function Stated({ totals }: { readonly totals: HistoryTotals }) {
  if (totals.stated.length === 0) return null
  return (
    <Section title="What pages say of themselves" text="beside what their own entries come to">
      <table className={classes.table}>
        <tbody>
          {totals.stated.map((each) => (
            <tr key={each.file}>
              <td>
                <b>{each.file}</b> says {each.incidents} outages, {each.downtime} of downtime. It lists{' '}
                {each.listed}, {minuteWords(each.listedMinutes)}; {minuteWords(each.downtimeMinutes)} of that
                are downtime.
                <ul className={classes.reasons}>
                  {each.reasons.map((reason) => (
                    <li key={reason}>{reason}</li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
