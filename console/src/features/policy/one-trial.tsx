import { routes, type TrialDetails } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Note } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { EditStates } from './edit-states.tsx'
import classes from './policy.module.css'
import { TrialActions } from './trial-actions.tsx'
import { TrialChart } from './trial-chart.tsx'
import { TrialDifferences } from './trial-differences.tsx'
import { TrialSteps } from './trial-steps.tsx'
import { isOnTrial, stageLooks, titleOfTrial } from './trial-words.ts'

/** A change on trial: what it changes, how it does, mail that fares otherwise by it, and what can be done. */
export function OneTrial({ id }: { readonly id: string }) {
  const answer = useAnswer(routes.policyTrial, { params: { trial: id } }, { every: 5000 })
  return <Answered answer={answer}>{(trial) => <Trial trial={trial} />}</Answered>
}

function Trial({ trial }: { readonly trial: TrialDetails }) {
  const { counts, edits, since, movedBy, stage } = trial
  return (
    <Section
      title={titleOfTrial(trial)}
      text={
        <>
          {stageLooks[trial.stage].word} since <Moment at={since} form="since" />,{' '}
          {movedBy === 'mailkeep' ? 'by itself' : `by ${movedBy}`}
        </>
      }
      actions={<TrialActions trial={trial} />}
    >
      <div className={classes.stack}>
        <Course trial={trial} />
        <Figures>
          <Figure label="judged" value={counts.deliveries} hint={countOf(counts.messages, 'message')} />
          <Figure label="fare otherwise" value={counts.changed} hint="deliveries" />
          <Figure label="held without it" value={counts.heldBefore} hint="deliveries" />
          <Figure
            label="held with it"
            value={counts.heldAfter}
            hint="deliveries"
            {...(counts.heldAfter > counts.heldBefore && { tone: 'aside' as const })}
          />
          {counts.freedBad > 0 && (
            <Figure
              label={stage === 'shadow' ? 'would come through' : 'came through'}
              value={counts.freedBad}
              hint="held as virus or phishing without it"
              tone="bad"
            />
          )}
        </Figures>
        {counts.failed > 0 && (
          <Note tone="aside">
            It could not be asked for {countOf(counts.failed, 'message')}; they went as without it.
          </Note>
        )}
        <TrialChart trial={trial} />
        <TrialSteps trial={trial} />
        {edits.map((edit) => (
          <EditStates key={`${edit.what} ${edit.subject}`} edit={edit} />
        ))}
        <TrialDifferences trial={trial} />
      </div>
    </Section>
  )
}

/** Whom it is in force for, what it does next by itself, and what stops it; of one that ended, why. */
function Course({ trial }: { readonly trial: TrialDetails }) {
  const { stage, why, next, guard } = trial
  // A server of the version before says nothing of it.
  const waitsFor = trial.waitsFor ?? null
  if (!isOnTrial(trial)) return <p>Ended: {why}.</p>
  return (
    <>
      <p>
        {stage === 'canary' ? `It is ${why}. ` : 'Nothing is done by its word. '}
        {waitsFor === null && (next === null ? 'It goes on when a person says so. ' : `It ${next}. `)}
        <span className="mk-soft">
          {guard > 0
            ? `It is taken back by itself where it would hold more than ${guard} times what is held without it.`
            : 'However much it would hold, a person alone stops it.'}
        </span>
      </p>
      {waitsFor !== null && (
        <Note tone="wait">
          <b>Waits for you.</b> In this step {waitsFor}. Read the messages below; then promote it, put it in
          force for others, or end it.
        </Note>
      )}
    </>
  )
}
