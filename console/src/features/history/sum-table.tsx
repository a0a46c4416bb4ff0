import type { HistoryTotals } from '@mailkeep/contract'
import classes from './history.module.css'
import { minuteWords, sumLooks } from './words.ts'

/** What incidents are summed as, with what that means, and what of it is downtime. */
export function SumTable({ totals }: { readonly totals: HistoryTotals }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Summed as</th>
          <SumHeads />
        </tr>
      </thead>
      <tbody>
        {totals.sums.map((sum) => (
          <tr key={sum.kind}>
            <td>
              {sumLooks[sum.kind].word}
              <div className="mk-soft">{sum.means}</div>
            </td>
            <td className={classes.number}>{sum.incidents}</td>
            <td className={classes.number}>
              {sumLengthWords(sum)}
              {sum.kind === 'outage' && sum.weightedMinutes !== sum.minutes && (
                <div className="mk-soft">weighted {minuteWords(sum.weightedMinutes)}</div>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Heads of a count and a sum. */
export function SumHeads() {
  return (
    <>
      <th scope="col" className={classes.number}>
        Incidents
      </th>
      <th scope="col" className={classes.number}>
        Sum
      </th>
    </>
  )
}

/** A sum that says of how many it is where some are not known. */
export function sumLengthWords(
  sum: Pick<HistoryTotals['causes'][number], 'incidents' | 'known' | 'minutes'>,
) {
  const { incidents, known, minutes } = sum
  if (known === 0) return incidents === 0 ? '' : 'not known'
  return known === incidents ? minuteWords(minutes) : `${minuteWords(minutes)} of ${known}`
}
