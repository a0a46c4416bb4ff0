import { routes, type TrialDetails } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useMayTry } from '../../session/people-scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { Answered } from '../../ui/answered.tsx'
import { Chart } from '../../ui/chart.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { EditStates } from './edit-states.tsx'
import classes from './policy.module.css'
import { stageLooks, titleOfTrial } from './trial-words.ts'
import { policyRoutes, useUndo } from './undo-newest.ts'
import { WidenTrial } from './widen-trial.tsx'

/** A change on trial: what it changes, how it does, mail that fares otherwise by it, and what can be done. */
export function OneTrial({ id }: { readonly id: string }) {
  const answer = useAnswer(routes.policyTrial, { params: { trial: id } }, { every: 5000 })
  return <Answered answer={answer}>{(trial) => <Trial trial={trial} />}</Answered>
}

function Trial({ trial }: { readonly trial: TrialDetails }) {
  const { counts, edits, since, addedBy, guard, promoteAfterHours } = trial
  return (
    <Section
      title={titleOfTrial(trial)}
      text={
        <>
          {stageLooks[trial.stage].word} since <Moment at={since} />, by {addedBy}
        </>
      }
      actions={<Actions trial={trial} />}
    >
      <div className={classes.stack}>
        <Figures>
          <Figure label="judged" value={counts.deliveries} hint="deliveries" />
          <Figure label="fare otherwise" value={counts.changed} />
          <Figure label="held now" value={counts.heldBefore} />
          <Figure
            label="held with it"
            value={counts.heldAfter}
            {...(counts.heldAfter > counts.heldBefore && { tone: 'aside' as const })}
          />
        </Figures>
        <p className="mk-soft">
          {guard > 0
            ? `It is taken back by itself where it would hold more than ${guard} times what is held now. `
            : 'Nothing but a person stops it. '}
          {promoteAfterHours !== null &&
            `After ${promoteAfterHours} hours it is promoted by itself if nothing speaks against it.`}
        </p>
        {counts.failed > 0 && (
          <Note tone="aside">
            It could not be asked for {counts.failed} messages; they went as without it.
          </Note>
        )}
        {trial.stage === 'canary' && <p className="mk-soft">It is {trial.why}.</p>}
        <Progress trial={trial} />
        {edits.map((edit) => (
          <EditStates key={`${edit.what} ${edit.subject}`} edit={edit} />
        ))}
        <Differences trial={trial} />
      </div>
    </Section>
  )
}

/** By the hour, once there are two. */
function Progress({ trial: { hours } }: { readonly trial: TrialDetails }) {
  if (hours.length < 2) return null
  return (
    <Chart
      title="Held by the hour"
      text="without the change, and with it"
      kind="lines"
      series={[
        { key: 'before', label: 'without it', color: 'var(--mk-soft)' },
        { key: 'after', label: 'with it', tone: 'aside' },
      ]}
      points={hours.map(({ hour, heldBefore, heldAfter }) => ({
        at: hour,
        values: { before: heldBefore, after: heldAfter },
      }))}
    />
  )
}

function Differences({ trial: { differences } }: { readonly trial: TrialDetails }) {
  if (differences.length === 0)
    return <p className="mk-soft">No message has fared otherwise so far; what does will stand here.</p>
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <caption className="mk-unseen">Messages that fare otherwise with the change</caption>
        <thead>
          <tr>
            <th>message</th>
            <th>when</th>
            <th>without</th>
            <th>with</th>
            <th>because of</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ messageId, at, before, after, because, recipients }) => (
            <tr key={`${messageId} ${before} ${after} ${because}`}>
              <td>
                <ScopedLink to={`/messages/${messageId}`}>{messageId}</ScopedLink>
                {recipients > 1 && <span className="mk-soft"> for {recipients}</span>}
              </td>
              <td>
                <Moment at={at} />
              </td>
              <td>{before}</td>
              <td>
                <b>{after}</b>
              </td>
              <td>{because}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Actions({ trial }: { readonly trial: TrialDetails }) {
  const mayTry = useMayTry()
  const changes = [...policyRoutes, routes.policyTrial]
  const promote = useOrder(routes.promotePolicyTrial, changes)
  const takeBack = useOrder(routes.takeBackPolicyTrial, changes)
  const undo = useUndo()
  if (!mayTry) return null
  const params = { trial: trial.id }
  const title = titleOfTrial(trial)
  const make = async () => {
    const isSure = await confirm({
      title: 'Make it for all?',
      text: title,
      action: 'Promote it',
      undo: 'That is a version, and can be taken back.',
    })
    if (!isSure) return
    const { version } = await promote.give({ params, body: {} })
    tellDone(`${title}: in force for all.`, version === null ? undefined : () => undo(version))
  }
  const end = async () => {
    await takeBack.give({ params, body: {} })
    tellDone(`${title}: the trial is over; what was in force stays.`)
  }
  return (
    <>
      <WidenTrial trial={trial} />
      <Button size="compact-sm" loading={promote.isRunning} onClick={() => void make().catch(tellFault)}>
        Promote
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        loading={takeBack.isRunning}
        onClick={() => void end().catch(tellFault)}
      >
        End the trial
      </Button>
    </>
  )
}
