import type { Overview } from '@mailkeep/contract'
import { useShowsPeople } from '../../session/people-scope.ts'
import { Figure, Figures } from '../../ui/figure.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { PartlyMissing } from '../../ui/notes.tsx'
import { Mark, stateLooks } from '../../ui/state-mark.tsx'
import classes from './home.module.css'

const terms = ['delivered', 'waiting', 'quarantined', 'held', 'returned', 'sealed', 'discarded'] as const

/** The books as one equation: every accepted delivery is in exactly one state. */
export function Books({ overview: { books, alarms } }: { readonly overview: Overview }) {
  const showsPeople = useShowsPeople()
  if (books.missing) return <PartlyMissing missing={books.missing} what="The books are" />
  const { totals, difference = 0 } = books.value ?? {}
  const alarm = alarms.find((each) => each.name === 'books-differ')
  return (
    <section aria-labelledby="books">
      <div className={classes.booksHead}>
        <h2 id="books" className={classes.title}>
          {showsPeople ? 'Their mail' : 'Books'}
        </h2>
        <span className="mk-soft">
          {showsPeople
            ? 'deliveries of these people, as far back as the ledger is kept: accepted is the sum of the others'
            : 'deliveries since the beginning: accepted is the sum of the others'}
        </span>
        <span className={classes.balance}>
          {difference !== 0 ? (
            <Mark tone="bad">
              {formatCount(Math.abs(difference))} {difference > 0 ? 'are not accounted for' : 'too many'}
            </Mark>
          ) : alarm ? (
            <Mark tone="bad">{alarm.text}</Mark>
          ) : (
            !showsPeople && <Mark tone="good">balanced</Mark>
          )}
        </span>
      </div>
      <Figures>
        <Figure label="accepted" value={totals?.accepted} />
        {terms.map((state) => {
          const value = totals?.[state]
          return (
            <Figure
              key={state}
              label={state}
              value={value}
              to={`/messages?state=${state}`}
              {...(value !== undefined && value > 0 && { tone: stateLooks[state].tone })}
            />
          )
        })}
      </Figures>
    </section>
  )
}
