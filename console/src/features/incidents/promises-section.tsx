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
import classes from './incidents.module.css'

type Promised = NonNullable<IncidentView['inner']>['promises'][number]
const weekMs = 7 * 86_400_000

/** Reviews that were promised, until when, and what came out of them. */
export function PromisesSection({
  incident: { id },
  promises,
}: {
  readonly incident: IncidentView
  readonly promises: readonly Promised[]
}) {
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
            <Line key={each.id} incident={id} promised={each} mayWrite={mayWrite} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Line({
  incident,
  promised: { id, what, due, keptAt, result },
  mayWrite,
}: {
  readonly incident: string
  readonly promised: Promised
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
              {(close) => <KeepPromise incident={incident} promise={id} close={close} />}
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
  close,
}: {
  readonly incident: string
  readonly promise: string
  readonly close: () => void
}) {
  const [result, setResult] = useState('')
  return (
    <DialogForm
      route={routes.keepPromise}
      changes={[routes.incident]}
      question={() => ({ params: { incident, promise }, body: { result: result.trim() } })}
      done="It is written down."
      close={close}
      submit="Write it down"
      isOff={result.trim() === ''}
    >
      <TextField
        name="result"
        label="What came out of it"
        data-autofocus
        maxLength={2000}
        value={result}
        onText={setResult}
      />
    </DialogForm>
  )
}
