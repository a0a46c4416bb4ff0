import { type IncidentView, routes } from '@mailkeep/contract'
import { useState } from 'react'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { Moment, useNow } from '../../ui/moment.tsx'
import { MomentField } from '../../ui/moment-field.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { DrillFields, drillIn, NameDrill, useDrillWish } from './drill-fields.tsx'
import classes from './incidents.module.css'

type Inner = NonNullable<IncidentView['inner']>
type Promised = Inner['promises'][number]
const weekMs = 7 * 86_400_000

/** Reviews that were promised, until when, and what came out of them; the drill that repeats the incident. */
export function PromisesSection({
  incident,
  inner: { promises, repeatedBy },
}: {
  readonly incident: IncidentView
  readonly inner: Inner
}) {
  const { id } = incident
  const mayWrite = useMay('site.write')
  return (
    <Section
      title="Promised reviews"
      actions={
        mayWrite && (
          <DialogButton label="Promise one" title="Promise a review">
            {(close) => <PromiseReview incident={id} close={close} />}
          </DialogButton>
        )
      }
    >
      {promises.length === 0 ? (
        <p className="mk-soft">None was promised. One that is due keeps the incident open.</p>
      ) : (
        <ul className={classes.list}>
          {promises.map((each) => (
            <Line
              key={each.id}
              incident={id}
              promised={each}
              needsDrill={repeatedBy === null}
              mayWrite={mayWrite}
            />
          ))}
        </ul>
      )}
      <div className={classes.drill}>
        <div className={classes.head}>
          <b>{drillHead(repeatedBy)}</b>
          {repeatedBy && <Moment at={repeatedBy.at} form="since" />}
          {mayWrite && (
            <span className={classes.end}>
              <DialogButton
                label={repeatedBy === null ? 'Name a drill' : 'Change'}
                title="The drill that repeats it"
              >
                {(close) => <NameDrill incident={incident} close={close} />}
              </DialogButton>
            </span>
          )}
        </div>
        {repeatedBy?.drill === null && <p className={classes.text}>{repeatedBy.why}</p>}
      </div>
    </Section>
  )
}

function drillHead(repeatedBy: Inner['repeatedBy']): string {
  if (repeatedBy === null) return 'No drill is named yet'
  return repeatedBy.drill === null ? 'No drill can repeat it' : `Drill: ${repeatedBy.drill}`
}

function Line({
  incident,
  promised: { id, what, due, keptAt, result },
  needsDrill,
  mayWrite,
}: {
  readonly incident: string
  readonly promised: Promised
  readonly needsDrill: boolean
  readonly mayWrite: boolean
}) {
  const now = useNow()
  const isLate = keptAt === null && Date.parse(due) < now
  return (
    <li>
      <div className={classes.head}>
        <Mark tone={keptAt !== null ? 'good' : isLate ? 'bad' : 'wait'}>
          {keptAt !== null ? 'held' : isLate ? 'overdue' : 'due'}
        </Mark>
        <Moment at={keptAt ?? due} form="since" />
        {mayWrite && keptAt === null && (
          <span className={classes.end}>
            <DialogButton label="It was held" title="What came out of it">
              {(close) => (
                <KeepPromise incident={incident} promise={id} needsDrill={needsDrill} close={close} />
              )}
            </DialogButton>
          </span>
        )}
      </div>
      <p className={classes.text}>{what}</p>
      {result !== '' && <p className="mk-soft">{result}</p>}
    </li>
  )
}

function PromiseReview({ incident, close }: { readonly incident: string; readonly close: () => void }) {
  const [what, setWhat] = useState('')
  const [due, setDue] = useState(() => new Date(Date.now() + weekMs).toISOString())
  return (
    <DialogForm
      route={routes.promiseReview}
      changes={[routes.incident]}
      question={() => ({ params: { incident }, body: { what: what.trim(), due } })}
      done="The review is promised."
      close={close}
      submit="Promise it"
      isOff={what.trim() === '' || due === ''}
    >
      <TextField
        name="what"
        label="What is reviewed"
        data-autofocus
        maxLength={500}
        value={what}
        onText={setWhat}
      />
      <MomentField name="due" label="Until" value={due} onValue={setDue} />
    </DialogForm>
  )
}

function KeepPromise({
  incident,
  promise,
  needsDrill,
  close,
}: {
  readonly incident: string
  readonly promise: string
  /** Nobody has named a drill yet: it is asked for here. */
  readonly needsDrill: boolean
  readonly close: () => void
}) {
  const [result, setResult] = useState('')
  const [wish, set] = useDrillWish()
  return (
    <DialogForm
      route={routes.keepPromise}
      changes={[routes.incident]}
      question={() => ({
        params: { incident, promise },
        body: { result: result.trim(), ...(needsDrill && drillIn(wish)) },
      })}
      done="It is written down."
      close={close}
      submit="Write it down"
      isOff={result.trim() === '' || (needsDrill && wish.text.trim() === '')}
    >
      <TextField
        name="result"
        label="What came out of it"
        data-autofocus
        maxLength={2000}
        value={result}
        onText={setResult}
      />
      {needsDrill && <DrillFields wish={wish} set={set} />}
    </DialogForm>
  )
}
