import { type OwnHistory as History, type HistoryTotals, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './history.module.css'
import { SumTable } from './sum-table.tsx'
import { minuteWords, sumLooks } from './words.ts'

/** What we have told of ourselves, beside the history of others: sums, notice delay, months as they were published. */
export function OwnHistory() {
  const answer = useAnswer(routes.ownHistory, {})
  return (
    <Answered answer={answer} lines={3}>
      {({ totals, months }) =>
        totals.incidents === 0 && months.length === 0 ? null : (
          <div className={classes.two}>
            <Section title="Our own faults" text="what the public was told, by the same definition">
              <SumTable totals={totals} />
              <Delays totals={totals} />
            </Section>
            <Section title="Months as published" text="frozen when they had ended; corrections are added">
              {months.length === 0 ? (
                <p className="mk-soft">No month has ended yet.</p>
              ) : (
                <Months months={months} />
              )}
            </Section>
          </div>
        )
      }
    </Answered>
  )
}

function Delays({ totals }: { readonly totals: HistoryTotals }) {
  const words = ({ medianMinutes, known, of }: HistoryTotals['timeToNotice']) =>
    of === 0 ? 'of none' : `${minuteWords(medianMinutes)} (median; known of ${known} of ${of})`
  return (
    <p className="mk-soft">
      From beginning to first post: {words(totals.timeToNotice)}. From end to first post, where it was told
      afterwards: {words(totals.noticeAfterEnd)}. {totals.weights}
    </p>
  )
}

function Months({ months }: { readonly months: History['months'] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Month</th>
          <th scope="col">Outages, weighted</th>
          <th scope="col">Beside them</th>
          <th scope="col">First post after</th>
        </tr>
      </thead>
      <tbody>
        {months.flatMap((each) => [
          <Row key={each.month} name={each.month} figures={each.published} />,
          each.corrected && <Row key={`${each.month} corrected`} name="corrected" figures={each.corrected} />,
          each.corrections.length > 0 && (
            <tr key={`${each.month} why`}>
              <td colSpan={4}>
                <ul className={classes.reasons}>
                  {each.corrections.map(({ at, what, why }) => (
                    <li key={`${at} ${what}`}>
                      <Moment at={at} /> {what}. Why: {why}
                    </li>
                  ))}
                </ul>
              </td>
            </tr>
          ),
        ])}
      </tbody>
    </table>
  )
}

function Row({
  name,
  figures,
}: {
  readonly name: string
  readonly figures: History['months'][number]['published']
}) {
  const of = (kind: string) => figures.sums.find((each) => each.kind === kind)
  const outages = of('outage')
  return (
    <tr>
      <td className={classes.name}>{name}</td>
      <td>
        {outages?.incidents ?? 0}
        {outages && outages.incidents > 0 && `, ${minuteWords(outages.weightedMinutes)}`}
      </td>
      <td>{beside(figures)}</td>
      <td>{figures.medianMinutesToNotice === null ? '' : minuteWords(figures.medianMinutesToNotice)}</td>
    </tr>
  )
}

/** What is no outage, as far as there is any. */
function beside({ sums }: History['months'][number]['published']): string {
  const words = sums
    .filter(({ kind, incidents }) => kind !== 'outage' && incidents > 0)
    .map(({ kind, incidents }) => `${incidents} ${sumLooks[kind].word}`)
  return words.join(', ') || 'none'
}
