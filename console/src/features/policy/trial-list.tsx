import { type PolicyTrial, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { OneTrial } from './one-trial.tsx'
import classes from './policy.module.css'
import { isOnTrial, stageLooks, titleOfTrial } from './trial-words.ts'

/** What is on trial at a level, with what it has shown; below it, the trials that ended. */
export function TrialListView({ level }: { readonly level: string }) {
  const answer = useAnswer(routes.policyTrials, { query: { level } }, { every: 10_000 })
  return (
    <Answered answer={answer} lines={8}>
      {({ lines }) =>
        lines.length === 0 ? (
          <Empty title="Nothing is on trial here">
            A setting or a rule can be put on trial where it is edited. It is then judged beside what is in
            force, on the mail that comes, and nothing is done by its word.
          </Empty>
        ) : (
          <div className={classes.stack}>
            {lines.filter(isOnTrial).map((each) => (
              <OneTrial key={each.id} id={each.id} />
            ))}
            <Ended lines={lines.filter((each) => !isOnTrial(each))} />
          </div>
        )
      }
    </Answered>
  )
}

function Ended({ lines }: { readonly lines: readonly PolicyTrial[] }) {
  if (lines.length === 0) return null
  return (
    <Section title="Ended" text="within 90 days">
      <div className={classes.scroll}>
        <table className={classes.table}>
          <caption className="mk-unseen">Trials that ended</caption>
          <thead>
            <tr>
              <th>change</th>
              <th>ended</th>
              <th>judged</th>
              <th>fared otherwise</th>
              <th>why</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((each) => (
              <tr key={each.id}>
                <td>
                  {titleOfTrial(each)}{' '}
                  <Mark tone={stageLooks[each.stage].tone}>{stageLooks[each.stage].word}</Mark>
                </td>
                <td>
                  <Moment at={each.since} />
                </td>
                <td className={classes.number}>{formatCount(each.counts.deliveries)}</td>
                <td className={classes.number}>{formatCount(each.counts.changed)}</td>
                <td>{each.why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}
